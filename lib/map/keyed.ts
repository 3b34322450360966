import { bytes, type Codec } from "../codec/index.ts";
import { native } from "../native.ts";
import type { MapParts } from "./base.ts";
import { MapBatch } from "./batch.ts";
import { ChunkSource, Chunks } from "./chunks.ts";
import { accessOf, ElementMap } from "./element.ts";
import { EntryIterator, KeyIterator, ValueIterator } from "./iterator.ts";
import { elementFlags, type ReadOptions } from "./options.ts";

/**
 * A map whose entries can be gone through, singly or in batches, besides being reached by key.
 *
 * `get` answers undefined for a key that is not there; `lookup` throws. Iterating reads ahead, first a little and
 * then much at once: an entry that is there from beginning to end comes once, one that is made or removed meanwhile
 * may come or not, and removing what was already visited is always safe. Before Linux 5.6, and for types of map
 * without batches, a hash map from which others remove entries meanwhile may give entries twice.
 */
export abstract class KeyedMap<K extends KeyIn, V, In = V, KeyIn = K>
  extends ElementMap<K, V, In, KeyIn>
  implements Iterable<[K, V]>
{
  readonly #source: ChunkSource;
  #batch: MapBatch<K, V, In, KeyIn> | undefined;
  #raw: RawMap | undefined;

  /** @internal */
  constructor(parts: MapParts, key: Codec<K, KeyIn>, value: Codec<V, unknown>, input?: Codec<unknown, In>) {
    super(parts, key, value, input);
    this.#source = new ChunkSource(this, parts.info.valueSpace);
  }

  /** Many entries at once, as objects or as packed memory. */
  get batch(): MapBatch<K, V, In, KeyIn> {
    this.#batch ??= new MapBatch<K, V, In, KeyIn>(this, this.#source, this[accessOf]);
    return this.#batch;
  }

  /**
   * The same map with keys and values as bytes, as the kernel has them: whatever is in it can be reached so. The value of
   * a per-CPU map is that of all CPUs, each rounded up to 8 bytes. It has a descriptor of its own, which closes with this
   * map.
   *
   * @throws ClosedError after `close`.
   */
  get raw(): RawMap {
    this.#raw ??= openRaw(this.fd, this.name);
    return this.#raw;
  }

  override close(): void {
    this.#raw?.close();
    this.#raw = undefined;
    super.close();
  }

  /**
   * The key after `key`, in no order that means anything but for arrays and tries; undefined after the last one.
   *
   * @param key - Absent, the first key is answered. When it is not in the map, a hash map answers its first key too.
   * @throws EncodeError, ClosedError, MapAccessError as `get` does.
   */
  nextKey(key?: KeyIn): K | undefined {
    let next = this[accessOf].keyAfter(key);
    if (this.#source.isSparse)
      while (next !== undefined && !this.has(next)) next = this[accessOf].keyAfter(next);
    return next;
  }

  /**
   * Removes the entry under `key` and answers its value, in one step of the kernel; undefined when there is none.
   * For hash maps from Linux 5.14 on.
   *
   * @throws NotSupportedError where the kernel cannot do it for this type, and what `delete` throws.
   */
  lookupAndDelete(key: KeyIn, options?: ReadOptions): V | undefined {
    return this[accessOf].take(key, elementFlags(options));
  }

  /** All keys that have a value. @throws MapAccessError when the map may not be read from user space, ClosedError after `close`. */
  keys(): IterableIterator<K> {
    return new KeyIterator(this.#source, this[accessOf].key);
  }

  /** All values. Throws what `keys` throws; NotSupportedError for a type of map that user space cannot read. */
  values(options?: ReadOptions): IterableIterator<V> {
    return new ValueIterator(this.#source, this[accessOf].value, elementFlags(options));
  }

  /** All entries. Throws what `values` throws. */
  entries(options?: ReadOptions): IterableIterator<[K, V]> {
    const { key, value } = this[accessOf];
    return new EntryIterator(this.#source, key, value, elementFlags(options));
  }

  /** The same as `entries`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /** Calls a function with each entry. Throws what `values` throws. */
  forEach(visit: (value: V, key: K, map: this) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  /**
   * Removes all entries and answers how many there were. What is added meanwhile may stay.
   *
   * @throws NotSupportedError for an array; MapAccessError, ClosedError as `delete` does.
   */
  clear(): number {
    const chunks = new Chunks(this.#source, { values: false });
    let removed = 0;
    try {
      for (let count = chunks.read(); count > 0; count = chunks.read()) {
        for (let i = 0; i < count; i++)
          if (this[accessOf].deleteAt(chunks.keyView, i * this.keySize)) removed++;
      }
    } finally {
      chunks.end();
    }
    return removed;
  }
}

/** Entries as bytes: a Uint8Array of exactly the size of the key, and one of the value's. */
export class RawMap extends KeyedMap<Uint8Array, Uint8Array, ArrayBufferView, ArrayBufferView> {
  override get raw(): RawMap {
    return this;
  }
}

function openRaw(fd: number, name: string): RawMap {
  const handle = native().mapFromFd(fd);
  const info = native().mapInfo(handle);
  const [key, value] = [bytes(info.keySize), bytes(info.valueSpace)];
  return new RawMap({ handle, name, info }, key, value, value);
}
