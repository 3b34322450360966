import { type Codec, exact } from "../codec/index.ts";
import { ENOENT } from "../errors/errno.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { type Native, native } from "../native/addon.ts";
import type { ElementStatus } from "../native/map.ts";
import { encodeErrorIn, mapError } from "./errors.ts";
import type { MapBase, MapParts } from "./map-base.ts";

/**
 * Access to single elements of a map: encodes the key and value, calls the kernel, decodes the result.
 *
 * @typeParam In - Type accepted for values, if it differs from the type returned.
 * @typeParam KeyIn - Type accepted for keys, if it differs from the type returned.
 */
export class Access<K, V, In = V, KeyIn = K> {
  readonly key: Codec<K, KeyIn>;
  readonly value: Codec<V, unknown>;
  readonly input: Codec<unknown, In>;
  /** Bytes that the kernel copies for one value. */
  readonly valueSpace: number;
  readonly #map: MapBase;
  // Kept in fields: the addon object has so many properties that V8 looks each one up in a dictionary.
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
  // An encoding may run user code (a getter, a codec) that uses the same map again while the scratch buffer is
  // half-written.
  #busy = false;

  /** @throws {@link InvalidArgumentError} when the codecs do not fit the sizes of the map. The map is then closed. */
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
        `codecs of map "${map.name}": expected ${info.keySize} bytes for the key and ${info.valueSpace} for the value, ` +
          `received ${key.size} (${key.name}) and ${value.size} (${value.name})`,
      );
    }
    const buffer = addon.mapScratch(parts.handle);
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    // The layout is defined in native/map.h.
    this.#nextKeyAt = roundUpTo8(Math.max(info.keySize, 4));
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

  /** Removes the entry whose encoded key is at `offset`. The key is not decoded. */
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

  /** Looks up a value of a bloom filter. */
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
      throw encodeErrorIn(this.#map.name, "key", this.key, key, error);
    }
  }

  #writeValue<T>(value: T, codec: Codec<unknown, T>): void {
    try {
      codec.write(this.#view, this.#valueAt, value);
    } catch (error) {
      throw encodeErrorIn(this.#map.name, "value", codec, value, error);
    }
  }

  // Separate functions, because a closure would slow the hot functions down: V8 allocates the captured variables on the
  // heap even when the closure is not created.

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

  /** Runs a nested operation and restores the scratch buffer afterwards. */
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
