import {
  checkBytes,
  instanceOf,
  integerIn,
  invalidArgument,
  optionsOf,
  unchecked,
} from "../arguments/index.ts";
import type { Codec } from "../codec/index.ts";
import { EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP } from "../errors/errno.ts";
import { type EbpfError, InvalidArgumentError, MapBatchError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { native } from "../native/addon.ts";
import { batchOperation, singly } from "../native/map.ts";
import type { Access } from "./access.ts";
import { type ChunkSource, Chunks } from "./chunks.ts";
import { encodeErrorIn, mapError } from "./errors.ts";
import type { MapBase } from "./map-base.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

const cursorState: unique symbol = Symbol("ebpf.map.cursor");

/** The position of a series of batches in a map. Use a new cursor for each series. */
export class BatchCursor {
  /** @internal Created at the first use, and valid for one map only. */
  [cursorState]: { map: MapBase; control: Uint8Array; head: Uint32Array } | undefined;
  #done = false;

  /** True when the map has no more entries to read. */
  get done(): boolean {
    return this.#done;
  }

  /** @internal */
  finish(): void {
    this.#done = true;
  }
}

/**
 * Batches of entries of one map. Each batch is one system call if the kernel supports it (Linux 5.6, most map types),
 * and otherwise one system call per entry.
 *
 * Packed memory contains the keys, or the values, one after another in their C layout, without gaps. A per-CPU value
 * has one value for each possible CPU, each rounded up to a multiple of 8 bytes.
 */
export class MapBatch<K, V, In = V, KeyIn = K> {
  readonly #map: MapBase;
  readonly #source: ChunkSource;
  readonly #access: Access<K, V, In, KeyIn>;

  /** @internal */
  constructor(map: MapBase, source: ChunkSource, access: Access<K, V, In, KeyIn>) {
    this.#map = map;
    this.#source = source;
    this.#access = access;
  }

  /**
   * Returns all entries, in the order of the kernel.
   *
   * @throws {@link MapAccessError}, {@link NotSupportedError}, {@link ClosedError} as iteration does.
   *
   * @example
   * ```ts
   * for (const [key, value] of map.batch.lookup()) console.log(key, value);
   * ```
   */
  lookup(options?: ReadOptions): [K, V][] {
    return this.#all(false, options);
  }

  /**
   * Removes and returns all entries. Needs Linux 5.6, or 5.14 when the kernel has no batches for the map type.
   *
   * @throws {@link NotSupportedError} for a map type whose entries cannot be removed, and the errors of `lookup`.
   */
  lookupAndDelete(options?: ReadOptions): [K, V][] {
    return this.#all(true, options);
  }

  /**
   * Reads entries into packed memory until it is full or the map ends.
   *
   * @param cursor - Position to continue at, to read a map in several steps. Default: the start of the map.
   * @returns The number of entries read.
   * @throws {@link MapBatchError} when the memory is too small for the next bucket of a hash map. Its cause has errno
   * ENOSPC, and its remedy has the size that is always enough.
   * @throws {@link MapAccessError}, {@link NotSupportedError}, {@link ClosedError} as iteration does.
   *
   * @example
   * ```ts
   * const keys = new Uint32Array(4096);
   * const values = new BigUint64Array(4096);
   * const cursor = new BatchCursor();
   * let total = 0n;
   * while (!cursor.done) {
   *   const count = map.batch.lookupInto(keys, values, cursor);
   *   for (let i = 0; i < count; i++) total += values[i] ?? 0n;
   * }
   * ```
   */
  lookupInto(keys: ArrayBufferView, values: ArrayBufferView, cursor = new BatchCursor()): number {
    return this.#into(batchOperation.lookup, keys, values, cursor);
  }

  /** Like `lookupInto`, and removes the entries that were read. */
  lookupAndDeleteInto(keys: ArrayBufferView, values: ArrayBufferView, cursor = new BatchCursor()): number {
    return this.#into(batchOperation.lookupAndDelete, keys, values, cursor);
  }

  /**
   * Stores entries in order.
   *
   * @returns The number of entries.
   * @throws {@link EncodeError} when an entry does not fit its C type. Nothing is stored.
   * @throws {@link MapBatchError} when the kernel rejects an entry. The entries before it are stored. See `count` and
   * `cause`.
   * @throws {@link ClosedError} after `close`.
   *
   * @example
   * ```ts
   * map.batch.update([[1, 10n], [2, 20n]]);
   * ```
   */
  update(entries: Iterable<readonly [KeyIn, In]>, options?: UpdateOptions): number {
    const list = listOf(entries, `entries for map "${this.#map.name}"`);
    const { key, input, valueSpace } = this.#access;
    // A getter of an entry may change the length of the list.
    const total = list.length;
    const keys = this.#pack(list, (entry) => entry?.[0], key, this.#source.keySize, "key");
    const values = this.#pack(list, (entry) => entry?.[1], input, valueSpace, "value");
    return this.#send(batchOperation.update, keys, values, total, elementFlags(options));
  }

  /**
   * Stores entries from packed memory, in order. Throws the errors of `update`.
   *
   * @param options - `count`: number of entries. Default: the number of keys.
   */
  updateFrom(
    keys: ArrayBufferView,
    values: ArrayBufferView,
    options?: UpdateOptions & { count?: number },
  ): number {
    const { count: wanted, ...rest } = options ?? {};
    const packedKeys = this.#packed(keys, "keys");
    const packedValues = this.#packed(values, "values");
    const count = this.#countOf(packedKeys, wanted);
    if (packedValues.length < count * this.#source.valueSpace) {
      throw new InvalidArgumentError(
        `values of map "${this.#map.name}": expected ${count * this.#source.valueSpace} bytes for ${count} values, received ${packedValues.length}`,
      );
    }
    return this.#send(batchOperation.update, packedKeys, packedValues, count, elementFlags(rest));
  }

  /**
   * Removes the entries of the given keys, in order.
   *
   * @returns The number of entries.
   * @throws {@link MapBatchError} when a key has no entry. The entries before it are removed. See `count`.
   * @throws {@link EncodeError}, {@link NotSupportedError}, {@link ClosedError} as the `delete` method of the map does.
   */
  delete(keys: Iterable<KeyIn>): number {
    const list = listOf(keys, `keys of map "${this.#map.name}"`);
    const total = list.length;
    const packed = this.#pack(list, (key) => key, this.#access.key, this.#source.keySize, "key");
    return this.#send(batchOperation.delete, packed, null, total, 0);
  }

  /** Removes the entries of packed keys. Throws the errors of `delete`. */
  deleteFrom(keys: ArrayBufferView, options?: { count?: number }): number {
    const packed = this.#packed(keys, "keys");
    const { count } = checkCount(options, `batch of map "${this.#map.name}"`);
    return this.#send(batchOperation.delete, packed, null, this.#countOf(packed, count), 0);
  }

  #packed(bytes: ArrayBufferView, what: string): Uint8Array {
    return checkBytes(bytes, `packed ${what} of map "${this.#map.name}"`);
  }

  #all(remove: boolean, options: ReadOptions | undefined): [K, V][] {
    const { key, value, valueSpace } = this.#access;
    const { keySize } = this.#source;
    const chunks = new Chunks(this.#source, { values: true, remove, flags: elementFlags(options) });
    const entries: [K, V][] = [];
    try {
      for (let count = chunks.read(); count > 0; count = chunks.read()) {
        const { keyView, valueView } = chunks;
        for (let i = 0; i < count; i++) {
          const keyEnd = (i + 1) * keySize;
          const valueEnd = (i + 1) * valueSpace;
          entries.push([
            key.read(keyView, keyEnd - keySize, keyEnd),
            value.read(valueView, valueEnd - valueSpace, valueEnd),
          ]);
        }
      }
    } finally {
      chunks.end();
    }
    return entries;
  }

  #into(operation: number, keys: ArrayBufferView, values: ArrayBufferView, cursor: BatchCursor): number {
    const map = this.#map;
    const source = this.#source;
    const handle = map[handleOf];
    const packedKeys = this.#packed(keys, "keys");
    const packedValues = this.#packed(values, "values");
    checkCursor(cursor, `cursor of map "${map.name}"`);
    const room = Math.min(
      Math.floor(packedKeys.length / source.keySize),
      Math.floor(packedValues.length / source.valueSpace),
    );
    if (room === 0) {
      throw new InvalidArgumentError(
        `memory of a batch of map "${map.name}": expected at least ${source.keySize} bytes of keys and ${source.valueSpace} of values, ` +
          `received ${packedKeys.length} and ${packedValues.length}`,
      );
    }
    const { control, head } = this.#stateOf(cursor);
    let done = 0;
    while (done < room && !cursor.done) {
      const keysLeft = packedKeys.subarray(done * source.keySize);
      const valuesLeft = packedValues.subarray(done * source.valueSpace);
      const alone = source.singly;
      const before = room - done;
      head[0] = before;
      const status = native().mapBatch(
        handle,
        alone ? operation | singly : operation,
        keysLeft,
        valuesLeft,
        control,
        0,
      );
      const count = head[0] as number;
      if (status === 0) done += count;
      else if (status === -ENOENT) {
        done += count;
        cursor.finish();
      } else if (status === -EINTR) done += count < before ? count : 0;
      else if (!alone && head[1] === 0 && lacksBatches(status)) source.singly = true;
      // The remaining memory is too small for the next bucket. The next call reads it.
      else if (done > 0) break;
      else {
        throw this.#refusal(operation, room, status);
      }
    }
    return done;
  }

  #refusal(operation: number, room: number, status: number): EbpfError {
    const name = operation === batchOperation.lookup ? "lookup" : "lookup and delete";
    const source = this.#source;
    const cause = mapError(name, this.#map, status);
    if (status !== -ENOSPC) return new MapBatchError({ map: this.#map.name, count: 0, total: room, cause });
    const { maxEntries } = this.#map;
    // The kernel does not report the size of the next bucket, and the size changes.
    return new MapBatchError({
      map: this.#map.name,
      count: 0,
      total: room,
      cause,
      remedy:
        `The memory has room for ${room} entries, and the next bucket has more: double the memory; ${maxEntries} entries ` +
        `(${maxEntries * source.keySize} bytes of keys, ${maxEntries * source.valueSpace} of values) are always enough`,
    });
  }

  #stateOf(cursor: BatchCursor): { control: Uint8Array; head: Uint32Array } {
    const state = cursor[cursorState];
    if (state === undefined) {
      const control = new Uint8Array(8 + roundUpTo8(Math.max(this.#source.keySize, 4)));
      const made = { map: this.#map, control, head: new Uint32Array(control.buffer, 0, 2) };
      cursor[cursorState] = made;
      return made;
    }
    if (state.map !== this.#map) {
      throw new InvalidArgumentError(
        `the cursor belongs to map "${state.map.name}", not to "${this.#map.name}"`,
      );
    }
    return state;
  }

  #send(
    operation: number,
    keys: Uint8Array,
    values: Uint8Array | null,
    total: number,
    flags: number,
  ): number {
    const map = this.#map;
    const handle = map[handleOf];
    if (total === 0) return 0;
    const control = new Uint8Array(8 + roundUpTo8(Math.max(this.#source.keySize, 4)));
    const head = new Uint32Array(control.buffer, 0, 2);
    head[0] = total;
    let status = native().mapBatch(handle, operation, keys, values, control, flags);
    // A kernel without the command leaves the count unchanged. A kernel with it first sets the count to 0.
    let done = head[0] === total && status !== 0 ? 0 : (head[0] as number);
    if (status !== 0 && done === 0 && lacksBatches(status)) {
      head[0] = total;
      status = native().mapBatch(handle, operation | singly, keys, values, control, flags);
      done = head[0] as number;
    }
    if (status === 0) return total;
    const name = operation === batchOperation.update ? "update" : "delete";
    throw new MapBatchError({ map: map.name, count: done, total, cause: mapError(name, map, status) });
  }

  #pack<E, T>(
    list: E[],
    part: (entry: E) => T,
    codec: Codec<unknown, T>,
    size: number,
    kind: "key" | "value",
  ): Uint8Array {
    const total = list.length;
    const bytes = new Uint8Array(total * size);
    const view = new DataView(bytes.buffer);
    let i = 0;
    try {
      for (; i < total; i++) codec.write(view, i * size, part(list[i] as E));
    } catch (error) {
      throw encodeErrorIn(this.#map.name, kind, codec, part(list[i] as E), error);
    }
    return bytes;
  }

  #countOf(keys: Uint8Array, count: number | undefined): number {
    const { keySize } = this.#source;
    const all = keys.length / keySize;
    if (count === undefined) {
      if (Number.isInteger(all)) return all;
      throw new InvalidArgumentError(
        `keys of map "${this.#map.name}": expected a multiple of ${keySize} bytes, received ${keys.length}`,
      );
    }
    return integerIn(0, Math.floor(all))(count, `count of keys for map "${this.#map.name}"`);
  }
}

function lacksBatches(status: number): boolean {
  return status === -EINVAL || status === -ENOTSUPP || status === -EOPNOTSUPP;
}

const checkCount = optionsOf<{ count?: number }>({ count: unchecked });
const checkCursor = instanceOf(BatchCursor, "a BatchCursor");

function listOf<T>(values: Iterable<T>, subject: string): T[] {
  if (Array.isArray(values)) return values;
  if (ArrayBuffer.isView(values)) checkBytes(values, subject);
  if (typeof values?.[Symbol.iterator] === "function") return [...values];
  throw invalidArgument(subject, "an array or another iterable", values);
}
