import type { Codec } from "../codec/codec.ts";
import { ENOENT } from "../errno.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { Handle } from "../native/handle.ts";
import { type Native, native } from "../native.ts";
import { handleOf, Resource } from "../resource.ts";
import { mapError } from "./errors.ts";

/** Whether `update` may make a new entry, replace one, or both. */
export type UpdateMode = "any" | "noexist" | "exist";

const modeFlags: Record<UpdateMode, number> = { any: 0, noexist: 1, exist: 2 };

/**
 * A map in the kernel, shared with the programs that use it: every call is a system call, nothing is cached.
 *
 * It is used like JavaScript's own Map. `get` answers undefined for a key that is not there; `lookup` throws.
 */
export class BpfMap<K = unknown, V = unknown> extends Resource implements Iterable<[K, V]> {
  /** As the object calls it. */
  readonly name: string;
  readonly #native: Native;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  readonly #scratch: DataView;
  readonly #bytes: Uint8Array;
  readonly #keySize: number;
  readonly #nextKeyAt: number;
  readonly #valueAt: number;

  /** @internal */
  constructor(handle: Handle, name: string, key: Codec<K>, value: Codec<V>) {
    const addon = native();
    super(handle, `map "${name}"`, addon.mapClose);
    this.name = name;
    this.#native = addon;
    this.#key = key;
    this.#value = value;
    const info = addon.mapInfo(handle);
    if (key.size !== info.keySize || value.size !== info.valueSize) {
      this.close();
      throw new InvalidArgumentError(
        `map "${name}" has keys of ${info.keySize} and values of ${info.valueSize} bytes, ` +
          `${key.name} and ${value.name} have ${key.size} and ${value.size}`,
      );
    }
    const buffer = addon.mapScratch(handle);
    this.#scratch = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    // Laid out by native/map.h.
    this.#keySize = info.keySize;
    this.#nextKeyAt = Math.ceil(Math.max(info.keySize, 4) / 8) * 8;
    this.#valueAt = 2 * this.#nextKeyAt;
  }

  /**
   * The value under `key`, undefined when there is none.
   *
   * @throws EncodeError when the key does not fit its C type.
   * @throws ClosedError after `close`.
   * @throws MapAccessError when the map may not be read from user space.
   */
  get(key: K): V | undefined {
    const handle = this[handleOf];
    this.#key.write(this.#scratch, 0, key);
    const status = this.#native.mapLookup(handle, 0);
    if (status === 0) return this.#value.read(this.#scratch, this.#valueAt);
    if (status === -ENOENT) return undefined;
    throw mapError("lookup", this.name, status);
  }

  /**
   * The value under `key`.
   *
   * @throws KeyNotExistError when there is none, and what `get` throws.
   */
  lookup(key: K): V {
    const handle = this[handleOf];
    this.#key.write(this.#scratch, 0, key);
    const status = this.#native.mapLookup(handle, 0);
    if (status !== 0) throw mapError("lookup", this.name, status);
    return this.#value.read(this.#scratch, this.#valueAt);
  }

  /** Whether there is an entry under `key`. Throws what `get` throws. */
  has(key: K): boolean {
    const handle = this[handleOf];
    this.#key.write(this.#scratch, 0, key);
    const status = this.#native.mapLookup(handle, 0);
    if (status === 0) return true;
    if (status === -ENOENT) return false;
    throw mapError("lookup", this.name, status);
  }

  /** Makes or replaces the entry under `key`. Throws what `update` throws. */
  set(key: K, value: V): this {
    this.#update(key, value, 0);
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
  update(key: K, value: V, options: { mode?: UpdateMode } = {}): void {
    const mode = options.mode ?? "any";
    const flags = modeFlags[mode];
    if (flags === undefined) throw new InvalidArgumentError(`no update mode is called "${mode}"`);
    this.#update(key, value, flags);
  }

  #update(key: K, value: V, flags: number): void {
    const handle = this[handleOf];
    this.#key.write(this.#scratch, 0, key);
    this.#value.write(this.#scratch, this.#valueAt, value);
    const status = this.#native.mapUpdate(handle, flags);
    if (status !== 0) throw mapError("update", this.name, status);
  }

  /**
   * Removes the entry under `key`, and says whether there was one. Entries of arrays cannot be removed.
   *
   * @throws EncodeError, ClosedError, MapAccessError as `get` does; SystemError (EINVAL) for an array.
   */
  delete(key: K): boolean {
    const handle = this[handleOf];
    this.#key.write(this.#scratch, 0, key);
    const status = this.#native.mapDelete(handle, 0);
    if (status === 0) return true;
    if (status === -ENOENT) return false;
    throw mapError("delete", this.name, status);
  }

  /**
   * All keys. A hash map may change meanwhile: an entry made or removed during the iteration may be missed, and
   * when the entry just visited is removed by someone else, the kernel starts over and keys can come twice.
   */
  *keys(): IterableIterator<K> {
    const cursor = new Uint8Array(this.#keySize);
    for (let first: 0 | 1 = 1; ; first = 0) {
      // Between two steps the scratch buffer serves others.
      this.#bytes.set(cursor, 0);
      const status = this.#native.mapNextKey(this[handleOf], first);
      if (status === -ENOENT) return;
      if (status !== 0) throw mapError("next key", this.name, status);
      cursor.set(this.#bytes.subarray(this.#nextKeyAt, this.#nextKeyAt + this.#keySize));
      yield this.#key.read(this.#scratch, this.#nextKeyAt);
    }
  }

  /** All entries; what `keys` says of changes meanwhile holds here. */
  *entries(): IterableIterator<[K, V]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /** All values; what `keys` says of changes meanwhile holds here. */
  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** The same as `entries`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }
}
