import { type Codec, exact } from "../codec/index.ts";
import { ENOENT } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { ElementStatus } from "../native/map.ts";
import { type Native, native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { MapBase, MapParts } from "./base.ts";
import { encodeErrorIn, mapError } from "./errors.ts";

/**
 * Single elements of one map: encodes, calls the kernel, decodes.
 *
 * @typeParam In - What is stored, where that is not what is read.
 * @typeParam KeyIn - The same of keys.
 */
export class Access<K, V, In = V, KeyIn = K> {
  readonly key: Codec<K, KeyIn>;
  readonly value: Codec<V, unknown>;
  readonly input: Codec<unknown, In>;
  /** Bytes that the kernel copies for one value. */
  readonly valueSpace: number;
  readonly #map: MapBase;
  // By themselves: the addon's face has so many properties that each is looked up in a table.
  readonly #lookup: Native["mapLookup"];
  readonly #update: Native["mapUpdate"];
  readonly #delete: Native["mapDelete"];
  readonly #take: Native["mapLookupAndDelete"];
  readonly #nextKey: Native["mapNextKey"];
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #nextKeyAt: number;
  readonly #valueAt: number;
  readonly #valueEnd: number;
  // A codec may run code of the user's (a getter of the value to be stored, a codec of their own), which may use
  // this map again while its scratch buffer is half-written.
  #busy = false;

  /** @throws InvalidArgumentError, and closes the map, when the codecs do not fit its sizes. */
  constructor(
    map: MapBase,
    parts: MapParts,
    key: Codec<K, KeyIn>,
    value: Codec<V, unknown>,
    input: Codec<unknown, In>,
  ) {
    const { info } = parts;
    this.#map = map;
    const addon = native();
    this.#lookup = addon.mapLookup;
    this.#update = addon.mapUpdate;
    this.#delete = addon.mapDelete;
    this.#take = addon.mapLookupAndDelete;
    this.#nextKey = addon.mapNextKey;
    this.key = exact(key, "key");
    this.value = exact(value, "value");
    this.input = exact(input, "value");
    this.valueSpace = info.valueSpace;
    if (key.size !== info.keySize || value.size !== info.valueSpace) {
      map.close();
      throw new InvalidArgumentError(
        `map "${map.name}" has keys of ${info.keySize} and values of ${info.valueSpace} bytes, ` +
          `${key.name} and ${value.name} have ${key.size} and ${value.size}`,
      );
    }
    const buffer = addon.mapScratch(parts.handle);
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    // Laid out by native/map.h.
    this.#nextKeyAt = Math.ceil(Math.max(info.keySize, 4) / 8) * 8;
    this.#valueAt = 2 * this.#nextKeyAt;
    this.#valueEnd = this.#valueAt + info.valueSpace;
  }

  get<T>(key: KeyIn, flags: number, value: Codec<T, never>): T | undefined {
    if (this.#busy) return this.#getWithin(key, flags, value);
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = flags === 0 ? this.#lookup(handle) : this.#lookup(handle, flags);
      if (status === undefined) return value.read(this.#view, this.#valueAt, this.#valueEnd);
      if (status === -ENOENT) return undefined;
      throw mapError("lookup", this.#map, status);
    } finally {
      this.#busy = false;
    }
  }

  update<T>(key: KeyIn, value: T, flags: number, codec: Codec<unknown, T>): void {
    if (this.#busy) {
      this.#updateWithin(key, value, flags, codec);
      return;
    }
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      this.#writeValue(value, codec);
      const status = flags === 0 ? this.#update(handle) : this.#update(handle, flags);
      if (status !== undefined) throw mapError("update", this.#map, status);
    } finally {
      this.#busy = false;
    }
  }

  delete(key: KeyIn): boolean {
    if (this.#busy) return this.#deleteWithin(key);
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = this.#delete(handle);
      if (status === undefined) return true;
      if (status === -ENOENT) return false;
      throw mapError("delete", this.#map, status);
    } finally {
      this.#busy = false;
    }
  }

  /** Removes the entry under a key that is in memory, whatever its type makes of these bytes. */
  deleteAt(keys: DataView, offset: number): boolean {
    const handle = this.#map[handleOf];
    this.#bytes.set(new Uint8Array(keys.buffer, keys.byteOffset + offset, this.key.size));
    const status = this.#delete(handle);
    if (status === undefined) return true;
    if (status === -ENOENT) return false;
    throw mapError("delete", this.#map, status);
  }

  take(key: KeyIn, flags: number): V | undefined {
    if (this.#busy) return this.#takeWithin(key, flags);
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = flags === 0 ? this.#take(handle) : this.#take(handle, flags);
      if (status === undefined) return this.value.read(this.#view, this.#valueAt, this.#valueEnd);
      if (status === -ENOENT) return undefined;
      throw mapError("lookup and delete", this.#map, status);
    } finally {
      this.#busy = false;
    }
  }

  keyAfter(key: KeyIn | undefined): K | undefined {
    if (this.#busy) return this.#keyAfterWithin(key);
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      if (key !== undefined) this.#writeKey(key);
      const status = key === undefined ? this.#nextKey(handle, 1) : this.#nextKey(handle);
      if (status === undefined) return this.key.read(this.#view, this.#nextKeyAt, this.#valueAt);
      if (status === -ENOENT) return undefined;
      throw mapError("next key", this.#map, status);
    } finally {
      this.#busy = false;
    }
  }

  /** Of a bloom filter, where what is looked up is the value. */
  contains(value: In): boolean {
    if (this.#busy) return this.#containsWithin(value);
    const handle = this.#map[handleOf];
    this.#busy = true;
    try {
      this.#writeValue(value, this.input);
      return this.#found(this.#lookup(handle));
    } finally {
      this.#busy = false;
    }
  }

  #found(status: ElementStatus): boolean {
    if (status === undefined) return true;
    if (status === -ENOENT) return false;
    throw mapError("lookup", this.#map, status);
  }

  #writeKey(key: KeyIn): void {
    try {
      this.key.write(this.#view, 0, key);
    } catch (error) {
      throw encodeErrorIn(this.#map.name, "key", error);
    }
  }

  #writeValue<T>(value: T, codec: Codec<unknown, T>): void {
    try {
      codec.write(this.#view, this.#valueAt, value);
    } catch (error) {
      throw encodeErrorIn(this.#map.name, "value", error);
    }
  }

  // Apart from the functions that are called a million times a second, which a closure in them would slow down: what
  // it captures lives on the heap, whether the closure is made or not.

  #getWithin<T>(key: KeyIn, flags: number, value: Codec<T, never>): T | undefined {
    return this.#within(() => this.get(key, flags, value));
  }

  #updateWithin<T>(key: KeyIn, value: T, flags: number, codec: Codec<unknown, T>): void {
    this.#within(() => this.update(key, value, flags, codec));
  }

  #deleteWithin(key: KeyIn): boolean {
    return this.#within(() => this.delete(key));
  }

  #takeWithin(key: KeyIn, flags: number): V | undefined {
    return this.#within(() => this.take(key, flags));
  }

  #keyAfterWithin(key: KeyIn | undefined): K | undefined {
    return this.#within(() => this.keyAfter(key));
  }

  #containsWithin(value: In): boolean {
    return this.#within(() => this.contains(value));
  }

  /** Runs an operation in the middle of another one, which finds the buffer afterwards as it was. */
  #within<T>(operation: () => T): T {
    const saved = this.#bytes.slice();
    this.#busy = false;
    try {
      return operation();
    } finally {
      this.#bytes.set(saved);
      this.#busy = true;
    }
  }
}
