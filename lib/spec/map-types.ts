import { kernelNumbers } from "../hooks/index.ts";

/** BPF_MAP_TYPE_* of the kernel's uapi/linux/bpf.h, by number. */
const names = [
  "unspec",
  "hash",
  "array",
  "prog-array",
  "perf-event-array",
  "percpu-hash",
  "percpu-array",
  "stack-trace",
  "cgroup-array",
  "lru-hash",
  "lru-percpu-hash",
  "lpm-trie",
  "array-of-maps",
  "hash-of-maps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroup-storage",
  "reuseport-sockarray",
  "percpu-cgroup-storage",
  "queue",
  "stack",
  "sk-storage",
  "devmap-hash",
  "struct-ops",
  "ringbuf",
  "inode-storage",
  "task-storage",
  "bloom-filter",
  "user-ringbuf",
  "cgrp-storage",
  "arena",
  "insn-array",
] as const;

/** A kind of map, by the kernel's name for it. One that is newer than this package is called by its number. */
export type MapType = (typeof names)[number] | `unknown-${number}`;

/** The map types that this package knows, in the order of their numbers. */
export const mapTypes: readonly MapType[] = names.slice(1);

const numbers = kernelNumbers("map type", names);

/** The number of a map type (BPF_MAP_TYPE_*). @throws {@link UnknownNameError} for an unknown name. */
export function mapTypeNumber(type: MapType): number {
  return numbers.of(type);
}

export function mapTypeName(number: number): MapType {
  return numbers.nameOf(number);
}

/** The number of a map type. Undefined for an unknown name. */
export function findMapType(name: string): number | undefined {
  return numbers.find(name);
}

/** The values are file descriptors of maps when they are written, ids when they are read. */
export function isMapInMap(type: MapType): boolean {
  return type === "array-of-maps" || type === "hash-of-maps";
}

/** The size of such a map is in bytes, and a power of two of pages. */
export function isRingBuffer(type: MapType): boolean {
  return type === "ringbuf" || type === "user-ringbuf";
}

/** Whether programs send records through it, whose type the map itself need not name. */
export function carriesRecords(type: MapType): boolean {
  return isRingBuffer(type) || type === "perf-event-array";
}

/** BPF_F_* that a map is created with. */
export const mapFlags = {
  "no-prealloc": 1 << 0,
  "no-common-lru": 1 << 1,
  "numa-node": 1 << 2,
  rdonly: 1 << 3,
  wronly: 1 << 4,
  "stack-build-id": 1 << 5,
  "zero-seed": 1 << 6,
  "rdonly-prog": 1 << 7,
  "wronly-prog": 1 << 8,
  clone: 1 << 9,
  mmapable: 1 << 10,
  "preserve-elems": 1 << 11,
  "inner-map": 1 << 12,
  link: 1 << 13,
  "path-fd": 1 << 14,
  "vtype-btf-obj-fd": 1 << 15,
  "token-fd": 1 << 16,
  "segv-on-fault": 1 << 17,
  "no-user-conv": 1 << 18,
  "rb-overwrite": 1 << 19,
} as const;

export type MapFlag = keyof typeof mapFlags;

/** The names of BPF_F_* bits. Bits that are newer than this package have none. */
export function mapFlagNames(bits: number): MapFlag[] {
  return (Object.keys(mapFlags) as MapFlag[]).filter((name) => bits & mapFlags[name]);
}

export function mapFlagBits(names: readonly MapFlag[]): number {
  return names.reduce((bits, name) => bits | mapFlags[name], 0);
}
