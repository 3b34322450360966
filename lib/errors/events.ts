import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/**
 * A record that a program sent is not of the type that it was to be read as. The record is gone from the ring; reading
 * can go on behind it.
 */
export class RecordError extends EbpfError {
  static override readonly name: string = "RecordError";
  /** A copy of the record. */
  readonly bytes: Uint8Array;
  constructor(source: string, problem: string, bytes: Uint8Array, options: EbpfErrorOptions = {}) {
    super("ERR_EBPF_RECORD", `a record of ${source} ${problem}`, { operation: "read record", ...options });
    this.bytes = bytes;
  }
}

/** Where a record should begin there is none. Reading cannot go on. */
export class RingCorruptError extends EbpfError {
  static override readonly name: string = "RingCorruptError";
  constructor(source: string, options: EbpfErrorOptions = {}) {
    super("ERR_EBPF_RING_CORRUPT", `${source} has no record where one should begin`, {
      operation: "read record",
      remedy: "Something else consumes the same ring: a ring has one reader on the whole machine",
      ...options,
    });
  }
}

/** The ring has no room for a record until the kernel has taken some out of it. */
export class RingFullError extends EbpfError {
  static override readonly name: string = "RingFullError";
  /** Bytes free at that time. */
  readonly free: number;
  constructor(ring: string, free: number, options: EbpfErrorOptions = {}) {
    super("ERR_EBPF_RING_FULL", `${ring} is full: ${free} bytes are free`, {
      operation: "reserve",
      remedy: "Wait for room with send() or reserveWhenFree(), or raise max_entries",
      ...options,
    });
    this.free = free;
  }
}
