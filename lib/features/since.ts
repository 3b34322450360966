import type { MapType } from "../spec/index.ts";

const mapTypes: Partial<Record<MapType, string>> = {
  "lru-hash": "4.10",
  "lru-percpu-hash": "4.10",
  "lpm-trie": "4.11",
  "array-of-maps": "4.12",
  "hash-of-maps": "4.12",
  devmap: "4.14",
  sockmap: "4.14",
  cpumap: "4.15",
  xskmap: "4.18",
  sockhash: "4.18",
  "cgroup-storage": "4.19",
  "reuseport-sockarray": "4.19",
  "percpu-cgroup-storage": "4.20",
  queue: "4.20",
  stack: "4.20",
  "sk-storage": "5.2",
  "devmap-hash": "5.4",
  "struct-ops": "5.6",
  ringbuf: "5.8",
  "inode-storage": "5.10",
  "task-storage": "5.11",
  "bloom-filter": "5.16",
  "user-ringbuf": "6.1",
  "cgrp-storage": "6.2",
  arena: "6.9",
  "insn-array": "6.19",
};

/** The Linux that brought a type of map; undefined when it is older than 4.10 or not known here. */
export function mapTypeSince(type: MapType): string | undefined {
  return mapTypes[type];
}
