import type { MapSpec, MapType } from "../spec/index.ts";

/** The parts of the TypeScript type of a map. */
export interface MapTypeArguments {
  key(): string;
  value(): string;
  /** The key of a trie. */
  prefix(): string;
  /** The records of a ring or perf buffer. */
  record(): string;
  /** The type of the maps in a map of maps. */
  inner(): string;
}

/** The class of the package for a map type, and the meaning of its type parameters. */
export interface MapClass {
  name: string;
  takes: readonly (keyof MapTypeArguments)[];
}

const hash: MapClass = { name: "HashMap", takes: ["key", "value"] };
const perCpu: MapClass = { name: "PerCpuMap", takes: ["key", "value"] };
const mapOfMaps: MapClass = { name: "MapOfMaps", takes: ["key", "inner"] };

function of(name: string, ...takes: (keyof MapTypeArguments)[]): MapClass {
  return { name, takes };
}

// The class of each map type, which must agree with lib/map/kinds.ts.
const classes: Partial<Record<MapType, MapClass>> = {
  array: of("ArrayMap", "value"),
  "percpu-hash": perCpu,
  "percpu-array": perCpu,
  "lru-percpu-hash": perCpu,
  "lpm-trie": of("LpmTrie", "value", "prefix"),
  "percpu-cgroup-storage": perCpu,
  "array-of-maps": mapOfMaps,
  "hash-of-maps": mapOfMaps,
  "prog-array": of("ProgramArray"),
  "perf-event-array": of("PerfEventArray", "record"),
  "stack-trace": of("StackTraceMap"),
  "cgroup-array": of("CgroupArray"),
  devmap: of("DevMap"),
  "devmap-hash": of("DevMap"),
  cpumap: of("CpuMap"),
  xskmap: of("XskMap"),
  sockmap: of("SockMap"),
  sockhash: of("SockHash", "key"),
  "reuseport-sockarray": of("ReuseportSockArray"),
  queue: of("Queue", "value"),
  stack: of("Stack", "value"),
  "bloom-filter": of("BloomFilter", "value"),
  ringbuf: of("RingBufMap", "record"),
  "user-ringbuf": of("UserRingBufMap", "record"),
  "sk-storage": of("SkStorage", "value"),
  "inode-storage": of("InodeStorage", "value"),
  "task-storage": of("TaskStorage", "value"),
  "cgrp-storage": of("CgrpStorage", "value"),
  arena: of("Arena"),
  "struct-ops": of("StructOpsMap"),
};

export function mapClass({ type }: MapSpec): MapClass {
  return classes[type] ?? hash;
}
