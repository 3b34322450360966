import { type Check, optional, optionsOf, type Schema, unchecked } from "../arguments/index.ts";
import { type Codec, codecFrom, type Described, type Description } from "../codec/index.ts";
import { native } from "../native/addon.ts";
import type { MapFlag } from "../spec/index.ts";
import { mapFieldChecks, mapFlagBits } from "../spec/index.ts";
import { checkMapFlags, checkMapType } from "../spec/kernel-names.ts";
import type { MapShape } from "./compatible.ts";
import { createMap, type NewMapOptions } from "./create.ts";
import type { KeyedMap } from "./keyed.ts";
import type { MapClasses } from "./kinds.ts";
import { MapBase, type readBy } from "./map-base.ts";
import { adopt, checkAccess, type MapAccess, mapIds, openFd, openId, openPin } from "./open.ts";

type TypeName = keyof MapClasses<unknown, unknown>;

/** A map whose key and value types are known at run time only. */
// biome-ignore-start lint/suspicious/noExplicitAny: see above
export type AnyMap = KeyedMap<any, any, any, any> & {
  /** Any class may read its records. */
  readonly [readBy]?: any;
};
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** The expected properties of an existing map. Undefined properties are not compared. */
export interface MapExpectation<Type extends TypeName, K, V> {
  /** Expected map type. It selects the class of the result. */
  type?: Type;
  /** Type of the keys. Default: the type that the map was created with, or bytes. */
  key?: K;
  /**
   * Type of the values; for a per-CPU map, of the value of one CPU. Default: the type that the map was created with, or
   * bytes.
   */
  value?: V;
  /** Expected maximum number of entries. */
  maxEntries?: number;
  /** Expected BPF_F_* flags, all of them. */
  flags?: readonly MapFlag[];
  /** Expected number of hash functions of a bloom filter, or address of an arena. */
  mapExtra?: bigint;
}

/** Options of `Map.fromPin` and `Map.fromId`: the expected properties and the access. */
export interface OpenMapOptions<Type extends TypeName, K, V> extends MapExpectation<Type, K, V> {
  /** Access of this process to the map. Default `read-write`. */
  access?: MapAccess;
}

/** The class of the expected type, or a map of unknown type. */
type Opened<Type extends TypeName, K, V> = TypeName extends Type
  ? AnyMap
  : MapClasses<
      K extends Description ? Described<K> : unknown,
      V extends Description ? Described<V> : unknown
    >[Type];

/**
 * A map in the kernel, shared with the programs that use it. Every call is a system call, and nothing is cached. All
 * maps are instances of it. The class of the map type has the operations (HashMap, PerCpuMap, Queue, MapOfMaps, …).
 *
 * Most map classes work like JavaScript's Map. `get` returns undefined for a key without an entry; `lookup` throws.
 */
export type BpfMap = MapBase;

/** The class of all maps, with static methods that create and open maps. */
export interface BpfMapClass {
  /** The prototype of all maps. */
  readonly prototype: MapBase;
  /** True for every map of this package, of any class. */
  [Symbol.hasInstance](value: unknown): value is MapBase;

  /**
   * Creates a map without an object file.
   *
   * @returns A map in the class of its type. The caller closes it.
   * @throws {@link InvalidArgumentError} for invalid options; {@link PermissionError} without CAP_BPF;
   * {@link NotSupportedError} for a map type that this kernel lacks; {@link SystemError} for other errors of the
   * kernel.
   * @example
   * using counts = Map.create({ type: "hash", key: "u32", value: { packets: "u64", bytes: "u64" }, maxEntries: 10_000 });
   * counts.set(1, { packets: 1n, bytes: 60n });
   */
  create<Type extends TypeName, const K extends Description, const V extends Description>(
    options: NewMapOptions<Type, K, V>,
  ): MapClasses<Described<K>, Described<V>>[Type];

  /**
   * Opens a pinned map.
   *
   * @param options - The expected properties of the map, its types, and the access.
   * @returns A map that the caller closes. The pin remains.
   * @throws {@link MapIncompatibleError} when the map differs from the expectation. It lists every difference.
   * @throws {@link PinError} when nothing, or no map, is pinned at the path; {@link PermissionError}.
   */
  fromPin<Type extends TypeName, const K extends Description, const V extends Description>(
    path: string,
    options?: OpenMapOptions<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * Opens a map by its ID in the kernel.
   *
   * @returns A map that the caller closes.
   * @throws {@link NotExistError} when no map has the ID; {@link PermissionError} without CAP_SYS_ADMIN;
   * {@link MapIncompatibleError} when the map differs from the expectation.
   * @since Linux 4.13
   */
  fromId<Type extends TypeName, const K extends Description, const V extends Description>(
    id: number,
    options?: OpenMapOptions<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * Opens the map of a file descriptor of this process. The descriptor stays open, and the caller still owns it.
   *
   * @returns A map that the caller closes.
   * @throws {@link InvalidArgumentError} when the descriptor is not a BPF map; {@link MapIncompatibleError} when the
   * map differs from the expectation.
   */
  fromFd<Type extends TypeName, const K extends Description, const V extends Description>(
    fd: number,
    options?: MapExpectation<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * Iterates over the IDs of all maps in the kernel, in ascending order.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   */
  ids(): IterableIterator<number>;
}

const expectation: Schema<MapExpectation<TypeName, unknown, unknown>> = {
  type: optional(checkMapType as Check<TypeName>),
  // codecFrom checks it.
  key: unchecked,
  value: unchecked,
  maxEntries: optional(mapFieldChecks.maxEntries),
  flags: optional(checkMapFlags),
  mapExtra: optional(mapFieldChecks.mapExtra),
};
const checkExpectation = optionsOf(expectation);
const checkOpen = optionsOf<OpenMapOptions<TypeName, unknown, unknown>>({
  ...expectation,
  access: optional(checkAccess),
});

/** Creates and opens maps. It is the base class of all maps: `map instanceof BpfMap`. */
export const BpfMap: BpfMapClass = Object.assign(MapBase, {
  create: createMap,
  fromPin(path: string, options?: unknown) {
    const checked = checkOpen(options, "Map.fromPin");
    return open(openPin(path, checked.access), checked, path).rememberPin(path);
  },
  fromId(id: number, options?: unknown) {
    const checked = checkOpen(options, "Map.fromId");
    return open(openId(id, checked.access), checked, `id ${id}`);
  },
  fromFd(fd: number, options?: unknown) {
    const checked = checkExpectation(options, "Map.fromFd");
    return open(openFd(fd), checked, `descriptor ${fd}`);
  },
  ids: mapIds,
}) as unknown as BpfMapClass;

function open(handle: number, options: MapExpectation<TypeName, unknown, unknown>, where: string): MapBase {
  let key: Codec<unknown> | undefined;
  let value: Codec<unknown> | undefined;
  try {
    key = options.key === undefined ? undefined : codecFrom(options.key as Description);
    value = options.value === undefined ? undefined : codecFrom(options.value as Description);
  } catch (error) {
    native().mapClose(handle);
    throw error;
  }
  const shape: MapShape = {
    type: options.type,
    keySize: key?.size,
    valueSize: value?.size,
    maxEntries: options.maxEntries,
    flags: options.flags && mapFlagBits(options.flags),
    mapExtra: options.mapExtra,
  };
  return adopt(handle, { key, value }, shape, where);
}
