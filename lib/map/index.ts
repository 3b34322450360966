export type { SocketLike } from "../arguments/socket.ts";
export { type KernelFunction, KernelSymbols, type SymbolAt } from "../kernel/symbols.ts";
export { Arena } from "./arena.ts";
export { ArrayMap } from "./array-map.ts";
export { ArrayMemory } from "./array-memory.ts";
export { BatchCursor, MapBatch } from "./batch.ts";
export { BloomFilter } from "./bloom-filter.ts";
export { cidr4, cidr6, type LpmKey, lpmKey } from "./cidr.ts";
export { differences as mapDifferences, innerShape, type MapShape } from "./compatible.ts";
export type { MapOptions, NewMapOptions } from "./create.ts";
export {
  CpuMap,
  type CpuMapEntry,
  type CpuMapTarget,
  type Device,
  DevMap,
  type DevMapEntry,
  type DevMapTarget,
} from "./dev-map.ts";
export { CgroupArray, PerfEventArray, XskMap } from "./fd-array.ts";
export type { HasFd } from "./file-descriptor.ts";
export { HashMap } from "./hash-map.ts";
export { KeyedMap, RawMap } from "./keyed.ts";
export type { MapClasses, MapCodecs } from "./kinds.ts";
/** @internal */
export { mapFrom } from "./kinds.ts";
export { LpmTrie } from "./lpm-trie.ts";
export { type AnyMap, BpfMap, type BpfMapClass, type MapExpectation, type OpenMapOptions } from "./map.ts";
export { MapBase, type MapInfo, type ReadableBy } from "./map-base.ts";
export { MapOfMaps } from "./maps-of-maps.ts";
export { type MapAccess, mapBtf, openInner } from "./open.ts";
export type { ReadOptions, UpdateMode, UpdateOptions } from "./options.ts";
export { PerCpuMap } from "./per-cpu.ts";
export { ProgramArray } from "./program-array.ts";
export { Queue, Stack } from "./queue.ts";
export { RingBufMap, UserRingBufMap } from "./ring-buffer-map.ts";
export { ReuseportSockArray, SockHash, SockMap } from "./sock-map.ts";
export { type StackFrame, StackTraceMap, type SymbolicFrame } from "./stack-trace-map.ts";
export { CgrpStorage, InodeStorage, SkStorage, StorageMap, TaskStorage } from "./storage-map.ts";
export { StructOpsMap } from "./struct-ops-map.ts";
