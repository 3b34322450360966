import type { Codec, Storable } from "../codec/index.ts";
import { Access } from "./access.ts";
import { noKey } from "./kernel-codecs.ts";
import { MapBase, type MapParts, type readBy } from "./map-base.ts";

/**
 * A bloom filter: a set of values whose test may return a false positive, but never a false negative. Values cannot be
 * removed.
 *
 * @since Linux 5.16
 */
export class BloomFilter<V = unknown> extends MapBase {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  readonly #access: Access<undefined, V, Storable<V>>;

  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts);
    this.#access = new Access(this, parts, noKey, value, value);
  }

  /**
   * Adds a value.
   *
   * @throws {@link EncodeError} when it does not fit its C type; {@link MapAccessError}, {@link ClosedError}.
   */
  push(value: Storable<V>): void {
    this.#access.update(undefined, value, 0, this.#access.input);
  }

  /** Returns false when the value was certainly never added. Throws the errors of `push`. */
  has(value: Storable<V>): boolean {
    return this.#access.contains(value);
  }
}
