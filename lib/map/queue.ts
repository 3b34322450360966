import { checkBoolean, optional, optionsOf } from "../arguments/index.ts";
import type { Codec, Storable } from "../codec/index.ts";
import { Access } from "./access.ts";
import { MapBase, type MapParts } from "./base.ts";
import { noKey } from "./codecs.ts";

/** BPF_EXIST: what is oldest makes room. */
const OVERWRITE = 2;

const checkPush = optionsOf<{ overwrite?: boolean }>({ overwrite: optional(checkBoolean) });

abstract class Line<V> extends MapBase {
  readonly #access: Access<undefined, V, Storable<V>>;

  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts);
    this.#access = new Access(this, parts, noKey, value, value);
  }

  /**
   * Adds a value.
   *
   * @param options - `overwrite`: when it is full, drop the oldest value instead of failing.
   * @throws MapFullError when it is full; EncodeError when the value does not fit its C type; MapAccessError,
   * ClosedError.
   */
  push(value: Storable<V>, options?: { overwrite?: boolean }): void {
    const overwrite = options !== undefined && checkPush(options, `push to map "${this.name}"`).overwrite;
    this.#access.update(undefined, value, overwrite ? OVERWRITE : 0, this.#access.input);
  }

  /** Removes the next value and answers it; undefined when there is none. @throws MapAccessError, ClosedError. */
  pop(): V | undefined {
    return this.#access.take(undefined, 0);
  }

  /** The value that `pop` would remove; undefined when there is none. @throws MapAccessError, ClosedError. */
  peek(): V | undefined {
    return this.#access.get(undefined, 0, this.#access.value);
  }

  /** Pops until nothing is left. */
  *drain(): IterableIterator<V> {
    for (let value = this.pop(); value !== undefined; value = this.pop()) yield value;
  }
}

/** A map without keys: what was pushed first is popped first. Linux 4.20. */
export class Queue<V = unknown> extends Line<V> {}

/** A map without keys: what was pushed last is popped first. Linux 4.20. */
export class Stack<V = unknown> extends Line<V> {}
