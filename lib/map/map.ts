import {
  type Check,
  checkU32,
  checkU64,
  optional,
  optionsOf,
  type Schema,
  unchecked,
} from "../arguments/index.ts";
import { type Codec, codecFrom, type Described, type Description } from "../codec/index.ts";
import { native } from "../native.ts";
import type { MapFlag } from "../spec/index.ts";
import { mapFlags } from "../spec/index.ts";
import { checkMapType } from "../spec/kernel-names.ts";
import { MapBase } from "./base.ts";
import type { MapShape } from "./compatible.ts";
import { createMap, type MapOptions } from "./create.ts";
import type { KeyedMap } from "./keyed.ts";
import type { MapClasses } from "./kinds.ts";
import { adopt, checkAccess, type MapAccess, mapIds, openFd, openId, openPin } from "./open.ts";
import { checkMapFlags } from "./options.ts";

type TypeName = keyof MapClasses<unknown, unknown>;

/** A map of which only the running program knows what it is. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyMap = KeyedMap<any, any, any, any>;

/** What a map that exists is expected to be. What is absent does not matter. */
export interface MapExpectation<Type extends TypeName, K, V> {
  /** Its type; the class of what is returned follows from it. */
  type?: Type;
  /** The type of its keys. Absent: what the map was made with, or bytes. */
  key?: K;
  /** The type of its values; of a per-CPU map, those of one CPU. Absent: what the map was made with, or bytes. */
  value?: V;
  maxEntries?: number;
  flags?: readonly MapFlag[];
  mapExtra?: bigint;
}

export interface OpenMapOptions<Type extends TypeName, K, V> extends MapExpectation<Type, K, V> {
  /** What this process may do with it. Default `read-write`. */
  access?: MapAccess;
}

/** What opening a map returns: the class of its type where that was said, else whatever it is. */
type Opened<Type extends TypeName, K, V> = TypeName extends Type
  ? AnyMap
  : MapClasses<
      K extends Description ? Described<K> : unknown,
      V extends Description ? Described<V> : unknown
    >[Type];

/**
 * A map in the kernel, shared with the programs that use it: every call is a system call, nothing is cached. All maps are
 * instances of it; what can be done with one is said by the class of its type (HashMap, PerCpuMap, Queue, MapOfMaps, …).
 *
 * Most are used like JavaScript's own Map: `get` answers undefined for a key that is not there, `lookup` throws.
 */
export type BpfMap = MapBase;

/** The class of all maps, with the ways to make and to open one. */
export interface BpfMapClass {
  readonly prototype: MapBase;
  /** True for every map of this package, whatever its class. */
  [Symbol.hasInstance](value: unknown): value is MapBase;

  /**
   * Makes a map, without an object.
   *
   * @returns A map of the class that its type has; the caller closes it.
   * @throws InvalidArgumentError for options that make no sense; PermissionError without CAP_BPF; NotSupportedError for
   * a type that this kernel is built without; SystemError for what the kernel refuses.
   * @example
   * using counts = Map.create({ type: "hash", key: "u32", value: { packets: "u64", bytes: "u64" }, maxEntries: 10_000 });
   * counts.set(1, { packets: 1n, bytes: 60n });
   */
  create<Type extends TypeName, const K extends Description, const V extends Description>(
    options: MapOptions<Type, K, V>,
  ): MapClasses<Described<K>, Described<V>>[Type];

  /**
   * Opens a pinned map.
   *
   * @param options - What it is expected to be, its types, and what is to be done with it.
   * @returns A map that the caller closes; the pin stays.
   * @throws MapIncompatibleError when it is not what was expected, with each difference.
   * @throws PinError when nothing, or no map, is pinned there; PermissionError.
   */
  fromPin<Type extends TypeName, const K extends Description, const V extends Description>(
    path: string,
    options?: OpenMapOptions<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * Opens a map of this machine by its id. Linux 4.13.
   *
   * @returns A map that the caller closes.
   * @throws NotExistError when there is none of that id; PermissionError without CAP_SYS_ADMIN; MapIncompatibleError
   * when it is not what was expected.
   */
  fromId<Type extends TypeName, const K extends Description, const V extends Description>(
    id: number,
    options?: OpenMapOptions<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * Takes a map from a file descriptor of this process, which stays open and the caller's.
   *
   * @returns A map that the caller closes.
   * @throws InvalidArgumentError when the descriptor is none of a map; MapIncompatibleError when it is not what was
   * expected.
   */
  fromFd<Type extends TypeName, const K extends Description, const V extends Description>(
    fd: number,
    options?: MapExpectation<Type, K, V>,
  ): Opened<Type, K, V>;

  /**
   * The ids of all maps on this machine, lowest first.
   *
   * @throws PermissionError without CAP_SYS_ADMIN.
   */
  ids(): IterableIterator<number>;
}

const expectation: Schema<MapExpectation<TypeName, unknown, unknown>> = {
  type: optional(checkMapType as Check<TypeName>),
  // By codecFrom.
  key: unchecked,
  value: unchecked,
  maxEntries: optional(checkU32),
  flags: optional(checkMapFlags),
  mapExtra: optional(checkU64),
};
const checkExpectation = optionsOf(expectation);
const checkOpen = optionsOf<OpenMapOptions<TypeName, unknown, unknown>>({
  ...expectation,
  access: optional(checkAccess),
});

/** Makes and opens maps. It is the class that all maps extend: `map instanceof BpfMap`. */
export const BpfMap: BpfMapClass = Object.assign(MapBase, {
  create: createMap,
  fromPin(path: string, options?: unknown) {
    const checked = checkOpen(options, "Map.fromPin");
    return open(openPin(path, checked.access), checked, path);
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
    flags: options.flags?.reduce((bits, flag) => bits | mapFlags[flag], 0),
    mapExtra: options.mapExtra,
  };
  return adopt(handle, { key, value }, shape, where);
}
