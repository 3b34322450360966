import {
  arrayOf,
  type Check,
  checkInterfaceIndex,
  checkText,
  checkU32,
  instanceOf,
  integerIn,
  invalidArgument,
  optional,
  optionsOf,
  unchecked,
} from "../arguments/index.ts";
import type { Item } from "../asm/index.ts";
import { type Codec, codecFrom, type Described, type Description } from "../codec/index.ts";
import { E2BIG, EINVAL, ENOSYS, ENOTSUPP, EPERM } from "../errors/errno.ts";
import { InvalidArgumentError, NotSupportedError, PermissionError, SystemError } from "../errors/index.ts";
import { mapLack } from "../explain/map-lack.ts";
import { explainMapRefusal } from "../explain/map-refusal.ts";
import { capabilitiesFor } from "../features/capabilities.ts";
import { pageSize } from "../kernel/page-size.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { needsLinux } from "../kernel/version.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { bpfFilterRemedy, environmentRemedy } from "../native/environment.ts";
import { isNativeError } from "../native/handle.ts";
import type { NativeMapOptions } from "../native/map.ts";
import {
  hasSize,
  isRingBuffer,
  type MapFlag,
  type MapKind,
  type MapType,
  mapFieldChecks,
  mapFlagBits,
  mapFlags,
  mapKindOrRaw,
  mapTypeNumber,
} from "../spec/index.ts";
import { checkMapFlags, checkMapType } from "../spec/kernel-names.ts";
import { innerShape } from "./compatible.ts";
import { programHash } from "./exclusive.ts";
import type { MapClasses, MapCodecs } from "./kinds.ts";
import { codecsOf, mapFrom } from "./kinds.ts";
import { MapBase } from "./map-base.ts";
import { mapBtf } from "./map-btf.ts";
import { openInner } from "./open.ts";

/** Options of `Map.create`. */
export interface MapOptions<
  Type extends keyof MapClasses<unknown, unknown> = "hash",
  K = Description,
  V = Description,
> {
  /** Map type. */
  type: Type;
  /**
   * Type of the keys: `"u32"`, `{ pid: "u32", comm: "char[16]" }`, or a codec. Arrays need none. For an lpm-trie, use
   * `cidr4`, `cidr6` or `lpmKey(bytes)`.
   */
  key?: K;
  /**
   * Type of the values; for a per-CPU map, of the value of one CPU. Map types that hold sockets, programs and the like
   * need none.
   */
  value?: V;
  /**
   * Maximum number of entries. For an arena, in pages. For a ring buffer, in bytes, rounded up to a power-of-two number
   * of pages, as libbpf does. Default for perf-event-array and cpumap: the number of CPUs.
   */
  maxEntries?: number;
  /** Name for tools such as bpftool: letters, digits, `_` and `.`. The kernel keeps 15 characters. Default: none. */
  name?: string;
  /** BPF_F_* flags. `no-prealloc` is added when the kernel requires it. Default: none. */
  flags?: readonly MapFlag[];
  /** Number of hash functions of a bloom filter; address of an arena. Default 0n: the kernel chooses. */
  mapExtra?: bigint;
  /** NUMA node of the memory. Default: any node. */
  numaNode?: number;
  /** Index of the network device to offload the map to. Default: none. */
  ifindex?: number;
  /** For a map of maps: a map with the type and sizes of the maps that it will contain. It may be closed afterwards. */
  inner?: MapBase;
  /**
   * The instructions of the only program that may use the map. The kernel compares a hash of them, in which maps do not count:
   * a name can stand for this map. Default: any program.
   *
   * @since Linux 6.18
   */
  exclusiveProgram?: readonly Item[];
  /** For a stack-trace map: frames per stack. Default 127, the default maximum of the kernel. */
  depth?: number;
}

type Hashes = "hash" | "lru-hash" | "percpu-hash" | "lru-percpu-hash" | "lpm-trie";
type Arrays = "array" | "percpu-array";
type Storages = "sk-storage" | "inode-storage" | "task-storage" | "cgrp-storage";
type Rings = "ringbuf" | "user-ringbuf" | "arena";
type Keyless = Rings | "queue" | "stack" | "bloom-filter";
type CgroupStorages = "cgroup-storage" | "percpu-cgroup-storage";
type Indexed = keyof MapClasses<unknown, unknown> &
  (Arrays | `${string}-array` | "array-of-maps" | "stack-trace" | "devmap" | "cpumap" | "xskmap" | "sockmap");

/** The required and the excluded fields of a type of map, and the possible types of an array's index. */
type NeededToCreate<Type extends keyof MapClasses<unknown, unknown>> = (Type extends
  | Hashes
  | "hash-of-maps"
  | "sockhash"
  ? { key: unknown }
  : Type extends Indexed
    ? { key?: "u32" | "i32" | Codec<number> }
    : object) &
  (Type extends Hashes | Arrays | Storages | CgroupStorages | "queue" | "stack" | "bloom-filter"
    ? { value: unknown }
    : object) &
  (Type extends Keyless ? { key?: undefined } : object) &
  (Type extends Rings ? { value?: undefined } : object) &
  (Type extends "array-of-maps" | "hash-of-maps" ? { inner: MapBase } : { inner?: undefined }) &
  (Type extends "stack-trace" ? object : { depth?: undefined }) &
  (Type extends Storages | CgroupStorages | "perf-event-array" | "cpumap" ? object : { maxEntries: number });

/** Options of `Map.create`, of which the type of the map requires some and excludes others. */
export type NewMapOptions<Type extends keyof MapClasses<unknown, unknown>, K, V> = MapOptions<Type, K, V> &
  NeededToCreate<Type>;

const checkOptions = optionsOf<MapOptions<keyof MapClasses<unknown, unknown>, unknown, unknown>>({
  type: checkMapType as Check<keyof MapClasses<unknown, unknown>>,
  // codecFrom checks it.
  key: unchecked,
  value: unchecked,
  maxEntries: optional(mapFieldChecks.maxEntries),
  name: optional(checkText),
  flags: optional(checkMapFlags),
  mapExtra: optional(mapFieldChecks.mapExtra),
  numaNode: optional(mapFieldChecks.numaNode),
  ifindex: optional(checkInterfaceIndex),
  inner: optional(instanceOf(MapBase, "a Map")),
  exclusiveProgram: optional(arrayOf(unchecked)),
  // Above the largest value of kernel.perf_event_max_stack.
  depth: optional(integerIn(1, 0xffff, "frames")),
});

/** Creates a map in the kernel. */
export function createMap<
  Type extends keyof MapClasses<unknown, unknown>,
  K extends Description,
  V extends Description,
>(given: MapOptions<Type, K, V>): MapClasses<Described<K>, Described<V>>[Type] {
  const options = checkOptions(given, "Map.create") as MapOptions<Type, K, V>;
  const { type } = options;
  const kind = mapKindOrRaw(type);
  if (!hasSize(kind.keySize)) refuse(options.key, "key", type);
  if (!hasSize(kind.valueSize)) refuse(options.value, "value", type);
  // Whether an unknown type has keys and values is unknown too.
  const isUnknown = kind.class === "RawMap";
  if (type !== "stack-trace") refuse(options.depth, "depth", type);
  const types: MapCodecs = {
    key:
      hasSize(kind.keySize) && !(isUnknown && options.key === undefined)
        ? codecOr(options.key, kind.defaultKey, "key", type)
        : undefined,
    value:
      hasSize(kind.valueSize) && !(isUnknown && options.value === undefined)
        ? codecOr(options.value, kind.defaultValue ?? stackValue(options), "value", type)
        : undefined,
    inner: innerOf(options.inner, type),
  };
  const request = requestFor(options, types, kind);
  let handle: number;
  try {
    handle = native().mapCreate(request);
  } catch (error) {
    throw isNativeError(error) ? createError(options, request, error.errno, error) : error;
  }
  try {
    const info = native().mapInfo(handle);
    const map = mapFrom({ handle, name: options.name ?? type, info }, types, openInner);
    return map as MapClasses<Described<K>, Described<V>>[Type];
  } catch (error) {
    native().mapClose(handle);
    throw error;
  }
}

function requestFor(
  options: MapOptions<keyof MapClasses<unknown, unknown>>,
  types: MapCodecs,
  kind: MapKind,
): NativeMapOptions {
  const { type, name, inner } = options;
  const request: NativeMapOptions = {
    type: mapTypeNumber(type),
    name: kernelName(name ?? ""),
    keySize: types.key?.size ?? 0,
    valueSize: types.value?.size ?? 0,
    maxEntries: options.maxEntries ?? defaultEntries(kind) ?? missing("maxEntries", type),
    flags: mapFlagBits([...(kind.flag === undefined ? [] : [kind.flag]), ...(options.flags ?? [])]),
  };
  checkU32(request.keySize, "bytes of a key of Map.create");
  checkU32(request.valueSize, "bytes of a value of Map.create");
  if (isRingBuffer(type)) request.maxEntries = ringSize(request.maxEntries);
  const { mapExtra, ifindex, numaNode } = options;
  if (mapExtra !== undefined) request.mapExtra = mapExtra;
  if (ifindex !== undefined) request.ifindex = ifindex;
  if (numaNode !== undefined) {
    request.numaNode = numaNode;
    request.flags = (request.flags ?? 0) | mapFlags["numa-node"];
  }
  if (inner !== undefined) request.inner = inner[handleOf];
  if (options.exclusiveProgram !== undefined)
    request.exclusiveProgram = programHash(options.exclusiveProgram);
  const btf = mapBtf(type, types);
  if (btf !== undefined) Object.assign(request, btf, { btfRequired: kind.btfRequired === true });
  return request;
}

function codecOr(
  description: Description | undefined,
  otherwise: Codec<unknown> | undefined,
  what: string,
  type: MapType,
): Codec<unknown> {
  if (description !== undefined) return codecFrom(description);
  return otherwise ?? missing(what, type);
}

function stackValue({ type, depth = 127 }: { type: MapType; depth?: number }): Codec<unknown> | undefined {
  if (type !== "stack-trace") return undefined;
  return codecFrom(`u64[${depth}]`) as Codec<unknown>;
}

function innerOf(inner: MapBase | undefined, type: MapType): MapCodecs["inner"] {
  const isOuter = type === "array-of-maps" || type === "hash-of-maps";
  if (inner === undefined) return isOuter ? missing("inner", type) : undefined;
  if (!isOuter) refuse(inner, "inner", type);
  const { type: innerType, keySize, valueSize, maxEntries, flagBits: flags } = inner;
  return {
    types: codecsOf(inner),
    shape: innerShape({ type: innerType, keySize, valueSize, maxEntries, flags }),
  };
}

/** Refuses an option that has no meaning for a type of map. */
function refuse(value: unknown, what: string, type: MapType): void {
  if (value !== undefined) throw new InvalidArgumentError(`a map of type ${type} has no "${what}": omit it`);
}

function missing(what: string, type: MapType): never {
  throw new InvalidArgumentError(`a map of type ${type} needs "${what}"`);
}

function kernelName(name: string): string {
  if (/^[\w.]*$/.test(name)) return name.slice(0, 15);
  throw invalidArgument("name of Map.create", 'letters, digits, "_" and "." only', name);
}

function defaultEntries({ defaultEntries: entries }: MapKind): number | undefined {
  return entries === "cpus" ? native().possibleCpus() : entries;
}

/** Returns the next power-of-two number of pages, in bytes. 0 stays 0, and the kernel rejects it. */
function ringSize(bytes: number): number {
  if (bytes === 0) return 0;
  return Math.max(pageSize(), 2 ** Math.ceil(Math.log2(bytes)));
}

function createError(
  { type, name, inner }: MapOptions<keyof MapClasses<unknown, unknown>>,
  request: NativeMapOptions,
  errno: number,
  cause: unknown,
): Error {
  const what = name ? `cannot create map "${name}" of type ${type}` : `cannot create a map of type ${type}`;
  const options = { operation: "create map", errno, cause };
  if (errno === EPERM) {
    return new PermissionError(what, {
      ...options,
      remedy: privilegeRemedy(capabilitiesFor({ maps: [type] })) ?? environmentRemedy(),
    });
  }
  const filter = errno === ENOSYS || errno === EINVAL ? bpfFilterRemedy() : undefined;
  if (filter !== undefined) return new PermissionError(what, { ...options, remedy: filter });
  const { keySize, valueSize, maxEntries, flags = 0, mapExtra, numaNode = 0, exclusiveProgram } = request;
  const since = exclusiveProgram === undefined ? undefined : needsLinux("6.18");
  if (since !== undefined && (errno === EINVAL || errno === E2BIG))
    return new NotSupportedError(what, { ...options, remedy: `exclusiveProgram: ${since}` });
  // A kernel without the map type checks nothing else, so the rules of the type do not explain its error.
  const lack = errno === EINVAL ? mapLack({ type, flags: [] }) : undefined;
  if (lack !== undefined) return new NotSupportedError(what, { ...options, remedy: lack });
  const numbers = { type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, inner };
  const remedy = explainMapRefusal(numbers, errno);
  if (errno === ENOTSUPP && remedy === undefined)
    return new NotSupportedError(`${what}: this kernel was built without it`, options);
  return new SystemError(what, { ...options, remedy });
}
