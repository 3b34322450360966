import type { Codec } from "../codec/index.ts";
import { ENOENT } from "../errors/errno.ts";
import { Access } from "./access.ts";
import { mapError } from "./errors.ts";
import { MapBase, type MapParts, type readBy } from "./map-base.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/** Package-internal accessor for the elements of a map. */
export const accessOf: unique symbol = Symbol("ebpf.map.access");

/**
 * A map with access to one entry at a time, by key.
 *
 * Every call is a system call. Nothing is cached: programs that use the map see a stored value immediately.
 *
 * @typeParam In - Type accepted for values, if it differs from the type returned: a map of maps accepts a Map.
 * @typeParam KeyIn - Type accepted for keys, if it differs from the type returned.
 */
export abstract class ElementMap<K, V, In = V, KeyIn = K> extends MapBase {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  /** @internal */
  readonly [accessOf]: Access<K, V, In, KeyIn>;

  /** @internal */
  constructor(
    parts: MapParts,
    key: Codec<K, KeyIn>,
    value: Codec<V, unknown>,
    input: Codec<unknown, In> = value,
  ) {
    super(parts);
    this[accessOf] = new Access(this, parts, key, value, input);
  }

  /**
   * Returns the value of `key`; undefined when there is no entry.
   *
   * @throws {@link EncodeError} when the key does not fit its C type.
   * @throws {@link ClosedError} after `close`.
   * @throws {@link MapAccessError} when user space may not read the map.
   * @throws {@link NotSupportedError} for a map type that user space cannot read.
   */
  get(key: KeyIn, options?: ReadOptions): V | undefined {
    const access = this[accessOf];
    return access.get(key, elementFlags(options), access.value);
  }

  /**
   * Returns the value of `key`.
   *
   * @throws {@link KeyNotExistError} when there is no entry, and the errors of `get`.
   */
  lookup(key: KeyIn, options?: ReadOptions): V {
    const value = this.get(key, options);
    if (value === undefined) throw mapError("lookup", this, -ENOENT);
    return value;
  }

  /** Returns whether the map has an entry for `key`. Throws the errors of `get`. */
  has(key: KeyIn): boolean {
    return this[accessOf].get(key, 0, presence) !== undefined;
  }

  /** Creates or replaces the entry for `key`. Throws the errors of `update`. */
  set(key: KeyIn, value: In): this {
    this.update(key, value);
    return this;
  }

  /**
   * Stores `value` for `key`.
   *
   * @throws {@link EncodeError} when the key or the value does not fit its C type. Nothing is stored.
   * @throws {@link KeyExistError} when the entry exists and the mode is `noexist`.
   * @throws {@link KeyNotExistError} when the entry does not exist and the mode is `exist`.
   * @throws {@link MapFullError} when the map is full.
   * @throws {@link MapAccessError} when the map is frozen, or user space may not write to it.
   * @throws {@link ClosedError} after `close`.
   */
  update(key: KeyIn, value: In, options?: UpdateOptions): void {
    const access = this[accessOf];
    access.update(key, value, elementFlags(options), access.input);
  }

  /**
   * Removes the entry for `key` and returns whether it existed.
   *
   * @throws {@link NotSupportedError} for an array: its entries always exist.
   * @throws {@link EncodeError}, {@link ClosedError}, {@link MapAccessError} as `update` does.
   */
  delete(key: KeyIn): boolean {
    return this[accessOf].delete(key);
  }
}

/** The codec for a lookup that only tests for existence. */
const presence: Codec<true> = { size: 0, name: "presence", read: () => true, write: () => {} };
