import { type Codec, codecFrom, u32, u64 } from "../codec/index.ts";
import type { MapFlag, MapType } from "./map-types.ts";

/** The sizes that the kernel accepts. */
export interface Sizes {
  /** For messages: `1 or more`. */
  readonly expected: string;
  fits(size: number): boolean;
}

/** A type parameter of a map class, in the order of the class. `prefix` is the key of a trie. */
export type MapTypeParameter = "key" | "value" | "prefix" | "record" | "inner";

/** The properties of a map type. */
export interface MapKind {
  /** The class of the package, and the meaning of its type parameters. */
  readonly class: string;
  readonly takes: readonly MapTypeParameter[];
  /** The first kernel version with the type. Absent for types of Linux 4.9 and before. */
  readonly since?: string;
  /** Bytes. */
  readonly keySize?: Sizes;
  /** Bytes; of a per-CPU map, of the value of one CPU. */
  readonly valueSize?: Sizes;
  readonly maxEntries?: Sizes;
  /** A flag that the kernel requires. `Map.create` adds it. */
  readonly flag?: MapFlag;
  /** The key that `Map.create` uses when the caller gives none. If absent, the caller must give one. */
  readonly defaultKey?: Codec<unknown>;
  readonly defaultValue?: Codec<unknown>;
  /** The number of entries that `Map.create` uses when the caller gives none. */
  readonly defaultEntries?: number | "cpus";
  /** The kernel requires BTF of the key and the value. */
  readonly btfRequired?: boolean;
}

const none: Sizes = { expected: "0", fits: (size) => size === 0 };
const some: Sizes = { expected: "1 or more", fits: (size) => size > 0 };

function oneOf(...sizes: number[]): Sizes {
  return { expected: sizes.join(" or "), fits: (size) => sizes.includes(size) };
}

function between(least: number, most: number): Sizes {
  return { expected: `${least} to ${most}`, fits: (size) => size >= least && size <= most };
}

/** The largest allocation of the kernel's per-CPU allocator (PCPU_MIN_UNIT_SIZE). */
const perCpuValue = between(1, 32_768);

type Common = Omit<MapKind, "class" | "takes">;

const anything: Common = { keySize: some, valueSize: some, maxEntries: some };
const indexed: Common = { keySize: oneOf(4), valueSize: some, maxEntries: some, defaultKey: u32 };
const descriptors: Common = { ...indexed, valueSize: oneOf(4), defaultValue: u32 };
const sockets: Common = { ...indexed, valueSize: oneOf(4, 8), defaultValue: u64 };
const keyless: Common = { keySize: none, valueSize: some, maxEntries: some };
const ring: Common = { keySize: none, valueSize: none, maxEntries: some };
// The key is a file descriptor of the owner.
const ownerStorage: Common = {
  keySize: oneOf(4),
  valueSize: some,
  maxEntries: none,
  flag: "no-prealloc",
  defaultKey: codecFrom("i32"),
  defaultEntries: 0,
  btfRequired: true,
};
const cgroupStorage: Common = {
  keySize: oneOf(8, 16),
  valueSize: some,
  maxEntries: none,
  defaultKey: codecFrom({ cgroupInodeId: "u64", attachType: "u32" }),
  defaultEntries: 0,
};
const instruction = {
  originalOffset: "u32",
  xlatedOffset: "u32",
  jitedOffset: "u32",
  reserved: "u32",
} as const;

/**
 * One row for each type of map. The generator, `Map.create`, live maps, messages and `features` read it. A new type of
 * map is a row here, its number in `map-types.ts`, and its class in `lib/map/`.
 */
export const mapKinds = {
  hash: { class: "HashMap", takes: ["key", "value"], ...anything },
  array: { class: "ArrayMap", takes: ["value"], ...indexed },
  "prog-array": { class: "ProgramArray", takes: [], ...descriptors },
  "perf-event-array": {
    class: "PerfEventArray",
    takes: ["record"],
    ...descriptors,
    defaultEntries: "cpus",
  },
  "percpu-hash": { class: "PerCpuMap", takes: ["key", "value"], ...anything, valueSize: perCpuValue },
  "percpu-array": { class: "PerCpuMap", takes: ["key", "value"], ...indexed, valueSize: perCpuValue },
  "stack-trace": { class: "StackTraceMap", takes: [], ...indexed },
  "cgroup-array": { class: "CgroupArray", takes: [], ...descriptors },
  "lru-hash": { class: "HashMap", takes: ["key", "value"], since: "4.10", ...anything },
  "lru-percpu-hash": {
    class: "PerCpuMap",
    takes: ["key", "value"],
    since: "4.10",
    ...anything,
    valueSize: perCpuValue,
  },
  "lpm-trie": {
    class: "LpmTrie",
    takes: ["value", "prefix"],
    since: "4.11",
    ...anything,
    keySize: between(5, 260),
    flag: "no-prealloc",
  },
  "array-of-maps": { class: "MapOfMaps", takes: ["key", "inner"], since: "4.12", ...descriptors },
  "hash-of-maps": {
    class: "MapOfMaps",
    takes: ["key", "inner"],
    since: "4.12",
    ...anything,
    valueSize: oneOf(4),
    defaultValue: u32,
  },
  devmap: { class: "DevMap", takes: [], since: "4.14", ...sockets },
  sockmap: { class: "SockMap", takes: [], since: "4.14", ...sockets },
  cpumap: { class: "CpuMap", takes: [], since: "4.15", ...sockets, defaultEntries: "cpus" },
  xskmap: { class: "XskMap", takes: [], since: "4.18", ...descriptors },
  sockhash: {
    class: "SockHash",
    takes: ["key"],
    since: "4.18",
    ...anything,
    valueSize: oneOf(4, 8),
    defaultValue: u64,
  },
  "cgroup-storage": { class: "HashMap", takes: ["key", "value"], since: "4.19", ...cgroupStorage },
  "reuseport-sockarray": { class: "ReuseportSockArray", takes: [], since: "4.19", ...sockets },
  "percpu-cgroup-storage": { class: "PerCpuMap", takes: ["key", "value"], since: "4.20", ...cgroupStorage },
  queue: { class: "Queue", takes: ["value"], since: "4.20", ...keyless },
  stack: { class: "Stack", takes: ["value"], since: "4.20", ...keyless },
  "sk-storage": { class: "SkStorage", takes: ["value"], since: "5.2", ...ownerStorage },
  "devmap-hash": { class: "DevMap", takes: [], since: "5.4", ...sockets },
  "struct-ops": { class: "StructOpsMap", takes: [], since: "5.6" },
  ringbuf: { class: "RingBufMap", takes: ["record"], since: "5.8", ...ring },
  "inode-storage": { class: "InodeStorage", takes: ["value"], since: "5.10", ...ownerStorage },
  "task-storage": { class: "TaskStorage", takes: ["value"], since: "5.11", ...ownerStorage },
  "bloom-filter": { class: "BloomFilter", takes: ["value"], since: "5.16", ...keyless },
  "user-ringbuf": { class: "UserRingBufMap", takes: ["record"], since: "6.1", ...ring },
  "cgrp-storage": { class: "CgrpStorage", takes: ["value"], since: "6.2", ...ownerStorage },
  arena: { class: "Arena", takes: [], since: "6.9", ...ring, flag: "mmapable" },
  "insn-array": {
    class: "HashMap",
    takes: ["key", "value"],
    since: "6.19",
    defaultKey: u32,
    defaultValue: codecFrom(instruction),
  },
} as const satisfies Partial<Record<MapType, MapKind>>;

/** A map type that has a name in this package. */
export type KnownMapType = keyof typeof mapKinds;

/** The row of a type. Undefined for a type that is newer than this package. */
export function mapKind(type: MapType): MapKind | undefined {
  return typeof type === "string" && Object.hasOwn(mapKinds, type)
    ? mapKinds[type as KnownMapType]
    : undefined;
}

/** Returns the first kernel version with a map type, undefined for those of Linux 4.9 and before and for unknown types. */
export function mapTypeSince(type: MapType): string | undefined {
  return mapKind(type)?.since;
}

const unknownKind = { class: "RawMap", takes: [] } as const satisfies MapKind;

/** The row of a type. Keys and values of a type that is newer than this package are bytes. */
export function mapKindOrRaw(type: MapType): MapKind {
  return mapKind(type) ?? unknownKind;
}

/** Whether maps of a kind have keys and values. The size of a missing part is 0. */
export function hasSize(sizes: Sizes | undefined): boolean {
  return sizes !== none;
}
