export type { ViewOf } from "./handler.ts";
export type { Kinded, RecordKinds, RecordType } from "./record-type.ts";
export { RecordView } from "./record-view.ts";
export { RingBuf, type RingBufOptions, type RingBufStatistics } from "./ring-buf.ts";
export type { BatchOptions, IterationOptions, ReaderOptions } from "./ring-reader.ts";
