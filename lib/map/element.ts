import type { Codec } from "../codec/codec.ts";
import { ENOENT } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type Native, native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { MapBase, type MapParts } from "./base.ts";
import { encodeErrorIn, mapError } from "./errors.ts";

/** Whether `update` may make a new entry, replace one, or both. */
export type UpdateMode = "any" | "noexist" | "exist";

export interface ReadOptions {
  /** Take the value's `struct bpf_spin_lock` while it is copied, so that it is of one piece. Linux 5.1. */
  lock?: boolean | undefined;
}

export interface UpdateOptions extends ReadOptions {
  /** Default `any`. */
  mode?: UpdateMode | undefined;
}

const modeFlags: Record<UpdateMode, number> = { any: 0, noexist: 1, exist: 2 };
/** BPF_F_LOCK */
const LOCK = 4;

/** The elem_flags of these options. @throws InvalidArgumentError for a mode that does not exist. */
export function elementFlags(options: UpdateOptions | undefined): number {
  if (options === undefined) return 0;
  const mode = modeFlags[options.mode ?? "any"];
  if (mode === undefined) throw new InvalidArgumentError(`no update mode is called "${options.mode}"`);
  return options.lock ? mode | LOCK : mode;
}

/** What an operation finds in a map, for those that are written outside of the class. */
export interface Interior<K, V, In> {
  readonly key: Codec<K>;
  /** Reads what is looked up. */
  readonly value: Codec<V>;
  /** Writes what is stored. */
  readonly input: Codec<In>;
  /** Bytes that the kernel copies for one value. */
  readonly valueSpace: number;
}

/** The way to a map's codecs from other files of the package. */
export const interiorOf: unique symbol = Symbol("ebpf.map.interior");

/**
 * A map whose entries are reached by a key, one at a time.
 *
 * Every call is a system call, and nothing is cached: the programs that use the map see at once what is stored.
 *
 * @typeParam In - What is stored, where that is not what is read: a Map goes into a map of maps.
 */
export abstract class ElementMap<K, V, In = V> extends MapBase {
  readonly #native: Native;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  readonly #input: Codec<In>;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #nextKeyAt: number;
  readonly #valueAt: number;
  readonly #valueEnd: number;
  readonly #valueSpace: number;
  // A codec may run code of the user's (a getter of the value to be stored, a codec of their own), which may use
  // this map again while its scratch buffer is half-written.
  #busy = false;

  /** @internal */
  constructor(parts: MapParts, key: Codec<K>, value: Codec<V>, input = value as unknown as Codec<In>) {
    super(parts);
    const { info } = parts;
    this.#native = native();
    this.#key = key;
    this.#value = value;
    this.#input = input;
    if (key.size !== info.keySize || value.size !== info.valueSpace) {
      this.close();
      throw new InvalidArgumentError(
        `map "${this.name}" has keys of ${info.keySize} and values of ${info.valueSpace} bytes, ` +
          `${key.name} and ${value.name} have ${key.size} and ${value.size}`,
      );
    }
    const buffer = this.#native.mapScratch(parts.handle);
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    // Laid out by native/map.h.
    this.#nextKeyAt = Math.ceil(Math.max(info.keySize, 4) / 8) * 8;
    this.#valueAt = 2 * this.#nextKeyAt;
    this.#valueSpace = info.valueSpace;
    this.#valueEnd = this.#valueAt + info.valueSpace;
  }

  /** @internal */
  get [interiorOf](): Interior<K, V, In> {
    return { key: this.#key, value: this.#value, input: this.#input, valueSpace: this.#valueSpace };
  }

  /**
   * The value under `key`, undefined when there is none.
   *
   * @throws EncodeError when the key does not fit its C type.
   * @throws ClosedError after `close`.
   * @throws MapAccessError when the map may not be read from user space.
   * @throws NotSupportedError for a type of map that user space cannot read.
   */
  get(key: K, options?: ReadOptions): V | undefined {
    return this.getWith(key, elementFlags(options), this.#value);
  }

  /**
   * The value under `key`.
   *
   * @throws KeyNotExistError when there is none, and what `get` throws.
   */
  lookup(key: K, options?: ReadOptions): V {
    const value = this.get(key, options);
    if (value === undefined) throw mapError("lookup", this, -ENOENT);
    return value;
  }

  /** Whether there is an entry under `key`. Throws what `get` throws. */
  has(key: K): boolean {
    return this.getWith(key, 0, nothing) !== undefined;
  }

  /** Makes or replaces the entry under `key`. Throws what `update` throws. */
  set(key: K, value: In): this {
    this.updateWith(key, value, 0, this.#input);
    return this;
  }

  /**
   * Stores `value` under `key`.
   *
   * @throws EncodeError when the key or the value does not fit its C type; nothing is stored.
   * @throws KeyExistError when there is an entry and the mode is `noexist`.
   * @throws KeyNotExistError when there is none and the mode is `exist`.
   * @throws MapFullError when there is no room for one more.
   * @throws MapAccessError when the map is frozen or may not be written from user space.
   * @throws ClosedError after `close`.
   */
  update(key: K, value: In, options?: UpdateOptions): void {
    this.updateWith(key, value, elementFlags(options), this.#input);
  }

  /**
   * Removes the entry under `key`, and says whether there was one.
   *
   * @throws NotSupportedError for an array: its entries are always there.
   * @throws EncodeError, ClosedError, MapAccessError as `update` does.
   */
  delete(key: K): boolean {
    if (this.#busy) return this.#within(() => this.delete(key));
    const handle = this[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = this.#native.mapDelete(handle, 0);
      if (status === 0) return true;
      if (status === -ENOENT) return false;
      throw mapError("delete", this, status);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Removes the entry under `key` and answers its value, in one step of the kernel; undefined when there is none.
   * For hash maps from Linux 5.14 on.
   *
   * @throws NotSupportedError where the kernel cannot do it for this type, and what `delete` throws.
   */
  lookupAndDelete(key: K, options?: ReadOptions): V | undefined {
    if (this.#busy) return this.#within(() => this.lookupAndDelete(key, options));
    const handle = this[handleOf];
    const flags = elementFlags(options);
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = this.#native.mapLookupAndDelete(handle, flags);
      if (status === 0) return this.#value.read(this.#view, this.#valueAt, this.#valueEnd);
      if (status === -ENOENT) return undefined;
      throw mapError("lookup and delete", this, status);
    } finally {
      this.#busy = false;
    }
  }

  /** @internal */
  protected getWith<T>(key: K, flags: number, value: Codec<T>): T | undefined {
    if (this.#busy) return this.#within(() => this.getWith(key, flags, value));
    const handle = this[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      const status = this.#native.mapLookup(handle, flags);
      if (status === 0) return value.read(this.#view, this.#valueAt, this.#valueEnd);
      if (status === -ENOENT) return undefined;
      throw mapError("lookup", this, status);
    } finally {
      this.#busy = false;
    }
  }

  /** @internal */
  protected updateWith<T>(key: K, value: T, flags: number, codec: Codec<T>): void {
    if (this.#busy) {
      this.#within(() => this.updateWith(key, value, flags, codec));
      return;
    }
    const handle = this[handleOf];
    this.#busy = true;
    try {
      this.#writeKey(key);
      this.#writeValue(value, codec);
      const status = this.#native.mapUpdate(handle, flags);
      if (status !== 0) throw mapError("update", this, status);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * The key after `key`, in no order that means anything but for arrays and tries; undefined after the last one.
   *
   * @param key - Absent, the first key is answered. When it is not in the map, a hash map answers its first key too.
   */
  protected keyAfter(key: K | undefined): K | undefined {
    if (this.#busy) return this.#within(() => this.keyAfter(key));
    const handle = this[handleOf];
    this.#busy = true;
    try {
      if (key !== undefined) this.#writeKey(key);
      const status = this.#native.mapNextKey(handle, key === undefined ? 1 : 0);
      if (status === 0) return this.#key.read(this.#view, this.#nextKeyAt, this.#valueAt);
      if (status === -ENOENT) return undefined;
      throw mapError("next key", this, status);
    } finally {
      this.#busy = false;
    }
  }

  #writeKey(key: K): void {
    try {
      this.#key.write(this.#view, 0, key);
    } catch (error) {
      throw encodeErrorIn(this.name, "key", error);
    }
  }

  #writeValue<T>(value: T, codec: Codec<T>): void {
    try {
      codec.write(this.#view, this.#valueAt, value);
    } catch (error) {
      throw encodeErrorIn(this.name, "value", error);
    }
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

/** Of a value of which only the presence is asked. */
const nothing: Codec<true> = { size: 0, name: "nothing", read: () => true, write: () => {} };
