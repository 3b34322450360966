import { checkBoolean, optional, optionsOf } from "../arguments/index.ts";
import type { Codec, Storable } from "../codec/index.ts";
import { Access } from "./access.ts";
import { noKey } from "./kernel-codecs.ts";
import { MapBase, type MapParts, type readBy } from "./map-base.ts";

/** BPF_EXIST: replaces the oldest value of a full map. */
const OVERWRITE = 2;

const checkPush = optionsOf<{ overwrite?: boolean }>({ overwrite: optional(checkBoolean) });

abstract class Line<V> extends MapBase {
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
   * @param options - `overwrite`: drop the oldest value when the map is full, instead of failing. Default `false`.
   * @throws {@link MapFullError} when the map is full; {@link EncodeError} when the value does not fit its C type;
   * {@link MapAccessError}, {@link ClosedError}.
   */
  push(value: Storable<V>, options?: { overwrite?: boolean }): void {
    const overwrite = options !== undefined && checkPush(options, `push to map "${this.name}"`).overwrite;
    this.#access.update(undefined, value, overwrite ? OVERWRITE : 0, this.#access.input);
  }

  /**
   * Removes and returns the next value; undefined when the map is empty.
   *
   * @throws {@link MapAccessError}, {@link ClosedError}.
   */
  pop(): V | undefined {
    return this.#access.take(undefined, 0);
  }

  /**
   * Returns the value that `pop` would remove; undefined when the map is empty.
   *
   * @throws {@link MapAccessError}, {@link ClosedError}.
   */
  peek(): V | undefined {
    return this.#access.get(undefined, 0, this.#access.value);
  }

  /** Removes and yields values until the map is empty. */
  *drain(): IterableIterator<V> {
    for (let value = this.pop(); value !== undefined; value = this.pop()) yield value;
  }
}

/**
 * A first-in, first-out queue without keys.
 *
 * @since Linux 4.20
 */
export class Queue<V = unknown> extends Line<V> {}

/**
 * A last-in, first-out stack without keys.
 *
 * @since Linux 4.20
 */
export class Stack<V = unknown> extends Line<V> {}
