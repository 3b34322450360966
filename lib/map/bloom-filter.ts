import type { Codec, Storable } from "../codec/index.ts";
import { Access } from "./access.ts";
import { MapBase, type MapParts } from "./base.ts";
import { noKey } from "./codecs.ts";

/**
 * A set that remembers little: it may say yes of what was never pushed, and never says no of what was. Nothing can
 * be removed. Linux 5.16.
 */
export class BloomFilter<V = unknown> extends MapBase {
  readonly #access: Access<undefined, V, Storable<V>>;

  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts);
    this.#access = new Access(this, parts, noKey, value, value);
  }

  /** Adds a value. @throws EncodeError when it does not fit its C type; MapAccessError, ClosedError. */
  push(value: Storable<V>): void {
    this.#access.update(undefined, value, 0, this.#access.input);
  }

  /** False when the value was certainly never pushed. Throws what `push` throws. */
  has(value: Storable<V>): boolean {
    return this.#access.contains(value);
  }
}
