export { BpfLog, type BpfLogLevel } from "./bpf-log.ts";
export { type BpfLogSource, type BpfLogsOptions, bpfLogs } from "./bpf-logs.ts";
export type { FailureOptions } from "./failures.ts";
export type { ViewOf } from "./handler.ts";
export type { Kinded } from "./kinds-reader.ts";
export type { PerfBufOptions, PerfBufStatistics } from "./perf-buf.ts";
export type { PerfEvent, PerfLost, PerfSample } from "./perf-records.ts";
export {
  type Kinds,
  PerfBuf,
  type PerfBufClass,
  type RecordsOf,
  RingBuf,
  type RingBufClass,
} from "./reader-classes.ts";
export type { BatchOptions, IterationOptions, ReaderOptions } from "./reader-options.ts";
export type { RecordKinds, RecordType } from "./record-type.ts";
export { RecordView } from "./record-view.ts";
export type { RingBufOptions, RingBufStatistics } from "./ring-buf.ts";
export type { LevelOptions } from "./ring-level.ts";
export { shortSize, shortTail } from "./short-records.ts";
export { UserRingBuf, type UserRingBufOptions } from "./user-ring-buf.ts";
export type { UserSlot } from "./user-slot.ts";
