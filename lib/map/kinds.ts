import { bytes, type Codec, u32 } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { type KnownMapType, type MapType, mapKindOrRaw, mapKinds, mapTypeName } from "../spec/index.ts";
import { Arena } from "./arena.ts";
import { ArrayMap } from "./array-map.ts";
import { BloomFilter } from "./bloom-filter.ts";
import { cidr4, cidr6, type LpmKey, lpmKey } from "./cidr.ts";
import type { MapShape } from "./compatible.ts";
import { CpuMap, DevMap } from "./dev-map.ts";
import { CgroupArray, PerfEventArray, XskMap } from "./fd-array.ts";
import { HashMap } from "./hash-map.ts";
import { type RawMap, rawMap } from "./keyed.ts";
import { LpmTrie } from "./lpm-trie.ts";
import type { MapBase, MapParts } from "./map-base.ts";
import { MapOfMaps } from "./maps-of-maps.ts";
import { PerCpuMap } from "./per-cpu.ts";
import { ProgramArray } from "./program-array.ts";
import { Queue, Stack } from "./queue.ts";
import { recordTypesOf, setRecordTypes } from "./record-types.ts";
import { RingBufMap, UserRingBufMap } from "./ring-buffer-map.ts";
import { ReuseportSockArray, SockHash, SockMap } from "./sock-map.ts";
import { StackTraceMap } from "./stack-trace-map.ts";
import { CgrpStorage, InodeStorage, SkStorage, TaskStorage } from "./storage-map.ts";
import { StructOpsMap } from "./struct-ops-map.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: accepts codecs of any type

/** Properties of a map that the kernel does not report. */
export interface MapCodecs {
  readonly key?: Codec<any> | undefined;
  /** The codec of the values; for a per-CPU map, of the value of one CPU. */
  readonly value?: Codec<any> | undefined;
  /** For a map of maps: the inner maps. */
  readonly inner?:
    | { readonly shape?: MapShape | undefined; readonly types?: MapCodecs | undefined }
    | undefined;
}

/** Opens an inner map by its ID. A parameter, because the function that opens maps depends on this file. */
export type OpenById = (id: number, types: MapCodecs | undefined) => MapBase;

/** The key of a map type that has one. */
type Key<K> = unknown extends K ? any : K;

/** The class of each map type. */
export interface MapClasses<K, V> {
  /** A hash table. */
  hash: HashMap<Key<K>, V>;
  /**
   * A hash table that replaces entries that were not used recently.
   *
   * @since Linux 4.10
   */
  "lru-hash": HashMap<Key<K>, V>;
  /**
   * Values of a cgroup for the programs attached to it.
   *
   * @since Linux 4.19
   */
  "cgroup-storage": HashMap<Key<K>, V>;
  /**
   * Places in the instructions of programs.
   *
   * @since Linux 6.19
   */
  "insn-array": HashMap<Key<K>, V>;
  /** An array. */
  array: ArrayMap<V>;
  /**
   * A hash table with one value for each CPU.
   *
   * @since Linux 4.6
   */
  "percpu-hash": PerCpuMap<Key<K>, V>;
  /**
   * A hash table with one value for each CPU that replaces entries that were not used recently.
   *
   * @since Linux 4.10
   */
  "lru-percpu-hash": PerCpuMap<Key<K>, V>;
  /**
   * Values of a cgroup for each CPU.
   *
   * @since Linux 4.20
   */
  "percpu-cgroup-storage": PerCpuMap<Key<K>, V>;
  /**
   * An array with one value for each CPU.
   *
   * @since Linux 4.6
   */
  "percpu-array": PerCpuMap<number, V>;
  /**
   * A table of prefixes: the longest match is found.
   *
   * @since Linux 4.11
   */
  "lpm-trie": LpmTrie<V, Key<K>>;
  /**
   * Programs for tail calls.
   *
   * @since Linux 4.2
   */
  "prog-array": ProgramArray;
  /**
   * Perf events by CPU.
   *
   * @since Linux 4.3
   */
  "perf-event-array": PerfEventArray<V>;
  /**
   * Stack traces by ID.
   *
   * @since Linux 4.6
   */
  "stack-trace": StackTraceMap;
  /**
   * Cgroups by index.
   *
   * @since Linux 4.8
   */
  "cgroup-array": CgroupArray;
  /**
   * An array of maps.
   *
   * @since Linux 4.12
   */
  "array-of-maps": MapOfMaps<number, any>;
  /**
   * A hash table of maps.
   *
   * @since Linux 4.12
   */
  "hash-of-maps": MapOfMaps<Key<K>, any>;
  /**
   * Network devices by index.
   *
   * @since Linux 4.14
   */
  devmap: DevMap;
  /**
   * Network devices by any number.
   *
   * @since Linux 5.4
   */
  "devmap-hash": DevMap;
  /**
   * CPUs by number.
   *
   * @since Linux 4.15
   */
  cpumap: CpuMap;
  /**
   * AF_XDP sockets by receive queue.
   *
   * @since Linux 4.18
   */
  xskmap: XskMap;
  /**
   * Sockets by index.
   *
   * @since Linux 4.14
   */
  sockmap: SockMap;
  /**
   * Sockets by key.
   *
   * @since Linux 4.18
   */
  sockhash: SockHash<Key<K>>;
  /**
   * Sockets of a reuseport group by index.
   *
   * @since Linux 4.19
   */
  "reuseport-sockarray": ReuseportSockArray;
  /**
   * A first-in-first-out queue.
   *
   * @since Linux 4.20
   */
  queue: Queue<V>;
  /**
   * A last-in-first-out stack.
   *
   * @since Linux 4.20
   */
  stack: Stack<V>;
  /**
   * A set that may contain values that were not added.
   *
   * @since Linux 5.16
   */
  "bloom-filter": BloomFilter<V>;
  /**
   * A ring buffer from programs to user space.
   *
   * @since Linux 5.8
   */
  ringbuf: RingBufMap<V>;
  /**
   * A ring buffer from user space to programs.
   *
   * @since Linux 6.1
   */
  "user-ringbuf": UserRingBufMap<V>;
  /**
   * A value for each socket.
   *
   * @since Linux 5.2
   */
  "sk-storage": SkStorage<V>;
  /**
   * A value for each inode.
   *
   * @since Linux 5.10
   */
  "inode-storage": InodeStorage<V>;
  /**
   * A value for each task.
   *
   * @since Linux 5.11
   */
  "task-storage": TaskStorage<V>;
  /**
   * A value for each cgroup.
   *
   * @since Linux 6.2
   */
  "cgrp-storage": CgrpStorage<V>;
  /**
   * Memory that programs and user space share.
   *
   * @since Linux 6.9
   */
  arena: Arena;
  /**
   * Functions of the kernel that programs implement.
   *
   * @since Linux 5.6
   */
  "struct-ops": StructOpsMap;
  /** A type that this package does not know, by its number. */
  [unknown: `unknown-${number}`]: RawMap;
}

type Maker = (parts: MapParts, types: MapCodecs, openById: OpenById) => MapBase;

/** The classes that the table of kinds names. */
const makers: Record<(typeof mapKinds)[KnownMapType]["class"] | "RawMap", Maker> = {
  HashMap: (parts, types) =>
    new HashMap<any, any>(parts, codecOfKey(parts, types), codecOfValue(parts, types)),
  ArrayMap: (parts, types) => new ArrayMap(parts, codecOfValue(parts, types)),
  PerCpuMap: (parts, types) =>
    new PerCpuMap<any, any>(parts, codecOfKey(parts, types), codecOfValue(parts, types)),
  LpmTrie: (parts, types) => new LpmTrie<any, any>(parts, trieKey(parts, types), codecOfValue(parts, types)),
  ProgramArray: (parts) => new ProgramArray(parts),
  PerfEventArray: (parts) => new PerfEventArray(parts),
  StackTraceMap: (parts) => new StackTraceMap(parts, u32),
  CgroupArray: (parts) => new CgroupArray(parts),
  MapOfMaps: (parts, types, openById) =>
    new MapOfMaps<any, MapBase>(parts, codecOfKey(parts, types), {
      open: (id) => openById(id, types.inner?.types),
      shape: types.inner?.shape,
    }),
  DevMap: (parts) => new DevMap(parts),
  CpuMap: (parts) => new CpuMap(parts),
  XskMap: (parts) => new XskMap(parts),
  SockMap: (parts) => new SockMap(parts),
  SockHash: (parts, types) => new SockHash(parts, codecOfKey(parts, types)),
  ReuseportSockArray: (parts) => new ReuseportSockArray(parts),
  Queue: (parts, types) => new Queue(parts, codecOfValue(parts, types)),
  Stack: (parts, types) => new Stack(parts, codecOfValue(parts, types)),
  BloomFilter: (parts, types) => new BloomFilter(parts, codecOfValue(parts, types)),
  RingBufMap: (parts) => new RingBufMap(parts),
  UserRingBufMap: (parts) => new UserRingBufMap(parts),
  SkStorage: (parts, types) => new SkStorage(parts, codecOfValue(parts, types)),
  InodeStorage: (parts, types) => new InodeStorage(parts, codecOfValue(parts, types)),
  TaskStorage: (parts, types) => new TaskStorage(parts, codecOfValue(parts, types)),
  CgrpStorage: (parts, types) => new CgrpStorage(parts, codecOfValue(parts, types)),
  Arena: (parts) => new Arena(parts),
  StructOpsMap: (parts) => new StructOpsMap(parts),
  RawMap: rawMap,
};

/**
 * Returns the live map of a handle, in the class of its type. A type unknown to this package becomes a RawMap.
 *
 * @internal
 */
export function mapFrom(parts: MapParts, types: MapCodecs, openById: OpenById): MapBase {
  const type = mapTypeName(parts.info.type);
  const remake = (again: MapParts): MapBase => {
    const clone = mapFrom(again, types, openById);
    const records = recordTypesOf(map);
    if (records !== undefined) setRecordTypes(clone, records);
    return clone;
  };
  const make = makers[mapKindOrRaw(type).class as keyof typeof makers];
  const map = make({ ...parts, remake }, types, openById);
  madeWith.set(map, types);
  return map;
}

const madeWith = new WeakMap<MapBase, MapCodecs>();

/** The types that a live map was opened or created with. */
export function codecsOf(map: MapBase): MapCodecs | undefined {
  return madeWith.get(map);
}

/** All map types with a class of their own. The compiler checks `MapClasses` against the table of kinds. */
export const knownMapTypes: readonly (keyof MapClasses<any, any>)[] = Object.keys(mapKinds) as KnownMapType[];

/** Returns the codec, or a codec for bytes when the type is unknown or does not have the size of the map. */
function fitting(codec: Codec<any> | undefined, size: number): Codec<any> {
  return codec?.size === size ? isolated(codec) : bytes(size);
}

// Maps with an array index as key. The kernel defines it as u32, whatever the type in C is.
const indexed: ReadonlySet<string> = new Set<MapType>(["percpu-array", "array-of-maps"]);

function codecOfKey(parts: MapParts, types: MapCodecs): Codec<any> {
  const known = indexed.has(mapTypeName(parts.info.type)) ? u32 : types.key;
  return fitting(known, parts.info.keySize);
}

function codecOfValue(parts: MapParts, types: MapCodecs): Codec<any> {
  return fitting(types.value, parts.info.valueSize);
}

// A struct that a program declares for the key becomes text. A codec from the user is kept.
function trieKey(parts: MapParts, types: MapCodecs): Codec<any> | Codec<LpmKey> {
  if (types.key !== undefined && !isStruct(types.key)) return isolated(types.key);
  const data = parts.info.keySize - 4;
  if (data === 4) return cidr4;
  return data === 16 ? cidr6 : lpmKey(data);
}

function isStruct(codec: Codec<any>): boolean {
  return codec.name.startsWith("struct");
}

// biome-ignore-end lint/suspicious/noExplicitAny: see above
