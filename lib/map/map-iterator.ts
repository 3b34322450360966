import type { Codec } from "../codec/index.ts";
import { type ChunkSource, Chunks } from "./chunks.ts";

// The prototype of array iterators, with map, filter, toArray and so on in engines that have them.
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

abstract class ChunkIterator<T> implements IterableIterator<T> {
  protected readonly chunks: Chunks;
  protected at = 0;
  #count = 0;

  constructor(source: ChunkSource, values: boolean, flags: number) {
    this.chunks = new Chunks(source, { values, flags });
  }

  protected abstract decode(at: number): T;

  next(): IteratorResult<T> {
    if (this.at === this.#count) {
      this.#count = this.chunks.read();
      this.at = 0;
      if (this.#count === 0) return { value: undefined, done: true };
    }
    return { value: this.decode(this.at++), done: false };
  }

  /** Called by `break`. */
  return(): IteratorResult<T> {
    this.chunks.end();
    this.#count = this.at;
    return { value: undefined, done: true };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
Object.setPrototypeOf(ChunkIterator.prototype, IteratorPrototype);

export class KeyIterator<K> extends ChunkIterator<K> {
  readonly #key: Codec<K, unknown>;
  readonly #keySize: number;

  constructor(source: ChunkSource, key: Codec<K, unknown>) {
    super(source, false, 0);
    this.#key = key;
    this.#keySize = source.keySize;
  }

  protected override decode(at: number): K {
    const offset = at * this.#keySize;
    return this.#key.read(this.chunks.keyView, offset, offset + this.#keySize);
  }
}

export class ValueIterator<V> extends ChunkIterator<V> {
  readonly #value: Codec<V, unknown>;
  readonly #space: number;

  constructor(source: ChunkSource, value: Codec<V, unknown>, flags: number) {
    super(source, true, flags);
    this.#value = value;
    this.#space = source.valueSpace;
  }

  protected override decode(at: number): V {
    const offset = at * this.#space;
    return this.#value.read(this.chunks.valueView, offset, offset + this.#space);
  }
}

export class EntryIterator<K, V> extends ChunkIterator<[K, V]> {
  readonly #key: Codec<K, unknown>;
  readonly #keySize: number;
  readonly #value: Codec<V, unknown>;
  readonly #space: number;

  constructor(source: ChunkSource, key: Codec<K, unknown>, value: Codec<V, unknown>, flags: number) {
    super(source, true, flags);
    this.#key = key;
    this.#keySize = source.keySize;
    this.#value = value;
    this.#space = source.valueSpace;
  }

  protected override decode(at: number): [K, V] {
    const keyAt = at * this.#keySize;
    const valueAt = at * this.#space;
    return [
      this.#key.read(this.chunks.keyView, keyAt, keyAt + this.#keySize),
      this.#value.read(this.chunks.valueView, valueAt, valueAt + this.#space),
    ];
  }
}
