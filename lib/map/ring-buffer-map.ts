import { MapBase, type readBy } from "./map-base.ts";

declare const recordType: unique symbol;

abstract class RecordMap<R> extends MapBase {
  /** Type of the records; exists for the compiler only. */
  declare readonly [recordType]?: R;

  /** Size of the data area, in bytes. */
  get byteLength(): number {
    return this.maxEntries;
  }
}

/**
 * A ring buffer from programs to user space. Read it with `RingBuf`.
 *
 * @since Linux 5.8
 */
export class RingBufMap<R = unknown> extends RecordMap<R> {
  /** The type of the map. */
  declare readonly type: "ringbuf";
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "RingBuf";
}

/**
 * A ring buffer from user space to programs. Write to it with `UserRingBuf`.
 *
 * @since Linux 6.1
 */
export class UserRingBufMap<R = unknown> extends RecordMap<R> {
  /** The type of the map. */
  declare readonly type: "user-ringbuf";
  /** Class that writes the records; exists for the compiler only. */
  declare readonly [readBy]?: "UserRingBuf";
}
