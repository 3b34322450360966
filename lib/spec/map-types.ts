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

/** A map type by its kernel name. A type that this package does not know is `unknown-` and its number. */
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

/** Values of these types are file descriptors of maps on write, and map IDs on read. */
export function isMapInMap(type: MapType): boolean {
  return type === "array-of-maps" || type === "hash-of-maps";
}

/** The size of these map types is in bytes: a power-of-two number of pages. */
export function isRingBuffer(type: MapType): boolean {
  return type === "ringbuf" || type === "user-ringbuf";
}

/** Whether programs send records through maps of this type. The map's definition can omit the record type. */
export function carriesRecords(type: MapType): boolean {
  return isRingBuffer(type) || type === "perf-event-array";
}

/** BPF_F_* flags of map creation. */
export const mapFlags = {
  /** BPF_F_NO_PREALLOC: allocate entries when they are created, not when the map is. */
  "no-prealloc": 1 << 0,
  /** BPF_F_NO_COMMON_LRU: one list of recently used entries for each CPU. */
  "no-common-lru": 1 << 1,
  /** BPF_F_NUMA_NODE: allocate the map on the node `numaNode`. */
  "numa-node": 1 << 2,
  /** BPF_F_RDONLY: user space can only read, through the descriptor of this map. */
  rdonly: 1 << 3,
  /** BPF_F_WRONLY: user space can only write, through the descriptor of this map. */
  wronly: 1 << 4,
  /**
   * BPF_F_STACK_BUILD_ID: store frames as build ID and offset.
   *
   * @since Linux 4.17
   */
  "stack-build-id": 1 << 5,
  /**
   * BPF_F_ZERO_SEED: hash with the seed 0. For tests only.
   *
   * @since Linux 5.0
   */
  "zero-seed": 1 << 6,
  /**
   * BPF_F_RDONLY_PROG: programs can only read.
   *
   * @since Linux 5.2
   */
  "rdonly-prog": 1 << 7,
  /**
   * BPF_F_WRONLY_PROG: programs can only write.
   *
   * @since Linux 5.2
   */
  "wronly-prog": 1 << 8,
  /**
   * BPF_F_CLONE: an accepted socket inherits the value of its listener.
   *
   * @since Linux 5.4
   */
  clone: 1 << 9,
  /**
   * BPF_F_MMAPABLE: user space can map the values into its memory.
   *
   * @since Linux 5.5
   */
  mmapable: 1 << 10,
  /**
   * BPF_F_PRESERVE_ELEMS: perf events stay after the descriptor that stored them is closed.
   *
   * @since Linux 5.10
   */
  "preserve-elems": 1 << 11,
  /**
   * BPF_F_INNER_MAP: inner arrays may differ in `maxEntries`.
   *
   * @since Linux 5.10
   */
  "inner-map": 1 << 12,
  /**
   * BPF_F_LINK: register a struct_ops map with a link.
   *
   * @since Linux 6.4
   */
  link: 1 << 13,
  /**
   * BPF_F_PATH_FD: a path is relative to a directory descriptor.
   *
   * @since Linux 6.5
   */
  "path-fd": 1 << 14,
  /**
   * BPF_F_VTYPE_BTF_OBJ_FD: the struct of a struct_ops map is a type of a module.
   *
   * @since Linux 6.9
   */
  "vtype-btf-obj-fd": 1 << 15,
  /**
   * BPF_F_TOKEN_FD: create the map with the rights of a BPF token.
   *
   * @since Linux 6.9
   */
  "token-fd": 1 << 16,
  /**
   * BPF_F_SEGV_ON_FAULT: an access to a missing page of an arena raises SIGSEGV.
   *
   * @since Linux 6.9
   */
  "segv-on-fault": 1 << 17,
  /**
   * BPF_F_NO_USER_CONV: programs do not translate arena pointers for user space.
   *
   * @since Linux 6.9
   */
  "no-user-conv": 1 << 18,
  /**
   * BPF_F_RB_OVERWRITE: a full ring buffer overwrites its oldest records.
   *
   * @since Linux 6.19
   */
  "rb-overwrite": 1 << 19,
} as const;

/** The names of the BPF_F_* flags of maps. */
export type MapFlag = keyof typeof mapFlags;

/** Returns the names of BPF_F_* bits. Unknown bits are omitted. */
export function mapFlagNames(bits: number): MapFlag[] {
  return (Object.keys(mapFlags) as MapFlag[]).filter((name) => bits & mapFlags[name]);
}

export function mapFlagBits(names: readonly MapFlag[]): number {
  return names.reduce((bits, name) => bits | mapFlags[name], 0);
}
