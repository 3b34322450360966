import type { Codec } from "../codec/index.ts";
import { ENOENT } from "../errno.ts";
import { Access } from "./access.ts";
import { MapBase, type MapParts } from "./base.ts";
import { mapError } from "./errors.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/** The way to a map's elements from other files of the package. */
export const accessOf: unique symbol = Symbol("ebpf.map.access");

/**
 * A map whose entries are reached by a key, one at a time.
 *
 * Every call is a system call, and nothing is cached: the programs that use the map see at once what is stored.
 *
 * @typeParam In - What is stored, where that is not what is read: a Map goes into a map of maps.
 * @typeParam KeyIn - What keys may be given as.
 */
export abstract class ElementMap<K, V, In = V, KeyIn = K> extends MapBase {
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
   * The value under `key`, undefined when there is none.
   *
   * @throws EncodeError when the key does not fit its C type.
   * @throws ClosedError after `close`.
   * @throws MapAccessError when the map may not be read from user space.
   * @throws NotSupportedError for a type of map that user space cannot read.
   */
  get(key: KeyIn, options?: ReadOptions): V | undefined {
    const access = this[accessOf];
    return access.get(key, elementFlags(options), access.value);
  }

  /**
   * The value under `key`.
   *
   * @throws KeyNotExistError when there is none, and what `get` throws.
   */
  lookup(key: KeyIn, options?: ReadOptions): V {
    const value = this.get(key, options);
    if (value === undefined) throw mapError("lookup", this, -ENOENT);
    return value;
  }

  /** Whether there is an entry under `key`. Throws what `get` throws. */
  has(key: KeyIn): boolean {
    return this[accessOf].get(key, 0, presence) !== undefined;
  }

  /** Makes or replaces the entry under `key`. Throws what `update` throws. */
  set(key: KeyIn, value: In): this {
    this.update(key, value);
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
  update(key: KeyIn, value: In, options?: UpdateOptions): void {
    const access = this[accessOf];
    access.update(key, value, elementFlags(options), access.input);
  }

  /**
   * Removes the entry under `key`, and says whether there was one.
   *
   * @throws NotSupportedError for an array: its entries are always there.
   * @throws EncodeError, ClosedError, MapAccessError as `update` does.
   */
  delete(key: KeyIn): boolean {
    return this[accessOf].delete(key);
  }
}

/** Of a value of which only the presence is asked. */
const presence: Codec<true> = { size: 0, name: "presence", read: () => true, write: () => {} };
