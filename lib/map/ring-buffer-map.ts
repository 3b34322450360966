import { MapBase } from "./base.ts";

declare const recordType: unique symbol;

abstract class RecordMap<R> extends MapBase {
  /** What the records are, for who reads them; it exists for the compiler only. */
  declare readonly [recordType]?: R;

  /** Bytes of its data. */
  get byteLength(): number {
    return this.maxEntries;
  }
}

/** Programs put records in, `RingBuf` takes them out. Linux 5.8. */
export class RingBufMap<R = unknown> extends RecordMap<R> {}

/** User space puts records in, programs take them out. Linux 6.1. */
export class UserRingBufMap<R = unknown> extends RecordMap<R> {}
