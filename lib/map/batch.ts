import {
  checkBytes,
  instanceOf,
  integerIn,
  invalidArgument,
  optionsOf,
  unchecked,
} from "../arguments/index.ts";
import type { Codec } from "../codec/index.ts";
import { EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP } from "../errno.ts";
import { type EbpfError, InvalidArgumentError, MapBatchError } from "../errors.ts";
import { batchOperation, singly } from "../native/map.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { Access } from "./access.ts";
import type { MapBase } from "./base.ts";
import { type ChunkSource, Chunks } from "./chunks.ts";
import { encodeErrorIn, mapError } from "./errors.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

const cursorState: unique symbol = Symbol("ebpf.map.cursor");

/** Where in a map a series of batches has arrived. Begin each series with a new one. */
export class BatchCursor {
  /** @internal Made when the first map uses it, and good for that one only. */
  [cursorState]: { map: MapBase; control: Uint8Array; head: Uint32Array } | undefined;
  #done = false;

  /** True when there is nothing more to read. */
  get done(): boolean {
    return this.#done;
  }

  /** @internal */
  finish(): void {
    this.#done = true;
  }
}

/**
 * The batches of one map: in one system call each where the kernel can (Linux 5.6, most types), else entry by entry.
 *
 * Packed memory holds key after key, and value after value, as C lays them out, with nothing in between; a per-CPU
 * value is one value for each possible CPU, each rounded up to 8 bytes.
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
   * All entries, as the kernel hands them out.
   *
   * @throws MapAccessError, NotSupportedError, ClosedError as iterating does.
   */
  lookup(options?: ReadOptions): [K, V][] {
    return this.#all(false, options);
  }

  /**
   * Removes all entries and answers them. Needs Linux 5.6, or 5.14 where it is done one by one.
   *
   * @throws NotSupportedError for types of map from which nothing can be removed, and what `lookup` throws.
   */
  lookupAndDelete(options?: ReadOptions): [K, V][] {
    return this.#all(true, options);
  }

  /**
   * Reads entries into packed memory until it is full or the map ends.
   *
   * @param cursor - Where to go on, for a map that is read in several steps. Absent, it begins at the beginning.
   * @returns How many entries were read.
   * @throws MapBatchError when the memory is too small for the next bucket of a hash map (its cause has errno
   * ENOSPC): the remedy says how much is always enough. MapAccessError, NotSupportedError, ClosedError as iterating does.
   */
  lookupInto(keys: ArrayBufferView, values: ArrayBufferView, cursor = new BatchCursor()): number {
    return this.#into(batchOperation.lookup, keys, values, cursor);
  }

  /** `lookupInto`, and removes what was read. */
  lookupAndDeleteInto(keys: ArrayBufferView, values: ArrayBufferView, cursor = new BatchCursor()): number {
    return this.#into(batchOperation.lookupAndDelete, keys, values, cursor);
  }

  /**
   * Stores entries, in order.
   *
   * @returns How many there were.
   * @throws EncodeError when one does not fit; nothing is stored then.
   * @throws MapBatchError when the kernel refuses one: those before it are stored. `count` says how many, `cause` why.
   * @throws ClosedError after `close`.
   */
  update(entries: Iterable<readonly [KeyIn, In]>, options?: UpdateOptions): number {
    const list = listOf(entries, `entries for map "${this.#map.name}"`);
    const { key, input, valueSpace } = this.#access;
    // A getter of an entry may change the list.
    const total = list.length;
    const keys = this.#pack(list, (entry) => entry?.[0], key, this.#source.keySize, "key");
    const values = this.#pack(list, (entry) => entry?.[1], input, valueSpace, "value");
    return this.#send(batchOperation.update, keys, values, total, elementFlags(options));
  }

  /**
   * Stores entries from packed memory, in order: `options.count` of them, by default as many as there are keys. Throws
   * what `update` throws.
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
        `${count} values of map "${this.#map.name}" are ${count * this.#source.valueSpace} bytes, not ${packedValues.length}`,
      );
    }
    return this.#send(batchOperation.update, packedKeys, packedValues, count, elementFlags(rest));
  }

  /**
   * Removes the entries under these keys, in order.
   *
   * @returns How many there were.
   * @throws MapBatchError when one is not there: those before it are removed. `count` says how many.
   * @throws EncodeError, NotSupportedError, ClosedError as the map's `delete` does.
   */
  delete(keys: Iterable<KeyIn>): number {
    const list = listOf(keys, `keys of map "${this.#map.name}"`);
    const total = list.length;
    const packed = this.#pack(list, (key) => key, this.#access.key, this.#source.keySize, "key");
    return this.#send(batchOperation.delete, packed, null, total, 0);
  }

  /** Removes the entries under packed keys. Throws what `delete` throws. */
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
        `an entry of map "${map.name}" takes ${source.keySize} bytes of keys and ${source.valueSpace} of values, ` +
          `there are ${packedKeys.length} and ${packedValues.length}`,
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
      // The rest of the room was too small for the next bucket: it is for the next call.
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
    if (status !== -ENOSPC) return new MapBatchError(this.#map.name, 0, room, cause);
    const { maxEntries } = this.#map;
    // How long the next bucket is the kernel does not tell, and it changes.
    return new MapBatchError(
      this.#map.name,
      0,
      room,
      cause,
      `The memory has room for ${room} entries and the next bucket of the map has more: double it; ${maxEntries} entries ` +
        `(${maxEntries * source.keySize} bytes of keys, ${maxEntries * source.valueSpace} of values) are always enough`,
    );
  }

  #stateOf(cursor: BatchCursor): { control: Uint8Array; head: Uint32Array } {
    const state = cursor[cursorState];
    if (state === undefined) {
      const control = new Uint8Array(8 + Math.ceil(Math.max(this.#source.keySize, 4) / 8) * 8);
      const made = { map: this.#map, control, head: new Uint32Array(control.buffer, 0, 2) };
      cursor[cursorState] = made;
      return made;
    }
    if (state.map !== this.#map) {
      throw new InvalidArgumentError(
        `this cursor belongs to map "${state.map.name}", not to "${this.#map.name}"`,
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
    const control = new Uint8Array(8 + Math.ceil(Math.max(this.#source.keySize, 4) / 8) * 8);
    const head = new Uint32Array(control.buffer, 0, 2);
    head[0] = total;
    let status = native().mapBatch(handle, operation, keys, values, control, flags);
    // A kernel without the call leaves the count as it was; one that has it begins by setting it to 0.
    let done = head[0] === total && status !== 0 ? 0 : (head[0] as number);
    if (status !== 0 && done === 0 && lacksBatches(status)) {
      head[0] = total;
      status = native().mapBatch(handle, operation | singly, keys, values, control, flags);
      done = head[0] as number;
    }
    if (status === 0) return total;
    const name = operation === batchOperation.update ? "update" : "delete";
    throw new MapBatchError(map.name, done, total, mapError(name, map, status));
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
    try {
      for (let i = 0; i < total; i++) codec.write(view, i * size, part(list[i] as E));
    } catch (error) {
      throw encodeErrorIn(this.#map.name, kind, error);
    }
    return bytes;
  }

  #countOf(keys: Uint8Array, count: number | undefined): number {
    const { keySize } = this.#source;
    const all = keys.length / keySize;
    if (count === undefined) {
      if (Number.isInteger(all)) return all;
      throw new InvalidArgumentError(
        `keys of map "${this.#map.name}" are ${keySize} bytes, ${keys.length} is no multiple`,
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
