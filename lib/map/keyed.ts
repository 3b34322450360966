import { checkFunction } from "../arguments/index.ts";
import { bytes, type Codec } from "../codec/index.ts";
import { native } from "../native/addon.ts";
import { MapBatch } from "./batch.ts";
import { ChunkSource, Chunks } from "./chunks.ts";
import { accessOf, ElementMap } from "./element.ts";
import type { MapParts } from "./map-base.ts";
import { EntryIterator, KeyIterator, ValueIterator } from "./map-iterator.ts";
import { elementFlags, type ReadOptions } from "./options.ts";

/**
 * A map that can be iterated and accessed in batches.
 *
 * `get` returns undefined for a key without an entry; `lookup` throws. Iteration reads entries ahead, first a few and
 * then many at once. An entry that exists during the whole iteration is returned once. An entry that is added or
 * removed during the iteration may be returned or not. Removing a returned entry is always safe. Before Linux 5.6, and
 * for map types without batches, a hash map may return an entry twice when another process or program removes entries.
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

  /** Operations on many entries at once, as values or as packed memory. */
  get batch(): MapBatch<K, V, In, KeyIn> {
    this.#batch ??= new MapBatch<K, V, In, KeyIn>(this, this.#source, this[accessOf]);
    return this.#batch;
  }

  /**
   * The same map with keys and values as bytes. It reaches every entry, even one whose key does not fit the key type. A
   * per-CPU value has the values of all CPUs, each rounded up to a multiple of 8 bytes. The raw map has its own
   * descriptor, which is closed with this map.
   *
   * @throws {@link ClosedError} after `close`.
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
   * Returns the key after `key`; undefined after the last one. The order is meaningful for arrays and tries only.
   *
   * @param key - Default: return the first key. For a key without an entry, a hash map returns its first key too.
   * @throws {@link EncodeError}, {@link ClosedError}, {@link MapAccessError} as `get` does.
   */
  nextKey(key?: KeyIn): K | undefined {
    let next = this[accessOf].keyAfter(key);
    if (this.#source.isSparse)
      while (next !== undefined && !this.has(next)) next = this[accessOf].keyAfter(next);
    return next;
  }

  /**
   * Removes the entry for `key` and returns its value, atomically; undefined when there is no entry. For hash maps:
   *
   * @throws {@link NotSupportedError} when the kernel does not support it for the map type, and the errors of `delete`.
   * @since Linux 5.14
   */
  lookupAndDelete(key: KeyIn, options?: ReadOptions): V | undefined {
    return this[accessOf].take(key, elementFlags(options));
  }

  /**
   * Iterates over all keys that have a value.
   *
   * @throws {@link MapAccessError} when user space may not read the map, {@link ClosedError} after `close`.
   */
  keys(): IterableIterator<K> {
    return new KeyIterator(this.#source, this[accessOf].key);
  }

  /**
   * Iterates over all values. Throws the errors of `keys`; NotSupportedError for a map type that user space cannot
   * read.
   */
  values(options?: ReadOptions): IterableIterator<V> {
    return new ValueIterator(this.#source, this[accessOf].value, elementFlags(options));
  }

  /** Iterates over all entries. Throws the errors of `values`. */
  entries(options?: ReadOptions): IterableIterator<[K, V]> {
    const { key, value } = this[accessOf];
    return new EntryIterator(this.#source, key, value, elementFlags(options));
  }

  /** Same as `entries`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /** Calls a function for each entry. Throws the errors of `values`. */
  forEach(visit: (value: V, key: K, map: this) => void): void {
    checkFunction(visit, `visit of forEach of map "${this.name}"`);
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  /**
   * Removes all entries and returns their number. Entries that are added during the call may remain.
   *
   * @throws {@link NotSupportedError} for an array; {@link MapAccessError}, {@link ClosedError} as `delete` does.
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

/** A map whose keys and values are Uint8Arrays of exactly the key size and the value size. */
export class RawMap extends KeyedMap<Uint8Array, Uint8Array, ArrayBufferView, ArrayBufferView> {
  override get raw(): RawMap {
    return this;
  }
}

function openRaw(fd: number, name: string): RawMap {
  const handle = native().mapFromFd(fd);
  return rawMap({ handle, name, info: native().mapInfo(handle) });
}

/** The map as bytes. */
export function rawMap(parts: MapParts): RawMap {
  const { info } = parts;
  const [key, value] = [bytes(info.keySize), bytes(info.valueSpace)];
  return new RawMap({ ...parts, remake: rawMap }, key, value, value);
}
