import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/**
 * A record from a program does not fit the type of the reader. The record is consumed; the next read returns the record
 * after it.
 */
export class RecordError extends EbpfError {
  static override readonly name: string = "RecordError";
  /** A copy of the bytes of the record. */
  readonly bytes: Uint8Array;
  constructor(problem: string, options: EbpfErrorOptions & { source: string; bytes: Uint8Array }) {
    super("ERR_EBPF_RECORD", `a record of ${options.source} ${problem}`, {
      operation: "read record",
      ...options,
    });
    this.bytes = options.bytes;
  }
}

/** The ring has no valid record at the read position. Reading cannot continue. */
export class RingCorruptError extends EbpfError {
  static override readonly name: string = "RingCorruptError";
  constructor(options: EbpfErrorOptions & { source: string }) {
    super("ERR_EBPF_RING_CORRUPT", `${options.source} has no valid record at the read position`, {
      operation: "read record",
      remedy: "Another reader consumes the same ring; a ring supports one reader on the whole machine",
      ...options,
    });
  }
}

/** The ring is full until a program consumes records. */
export class RingFullError extends EbpfError {
  static override readonly name: string = "RingFullError";
  /** Free bytes at the time of the error. */
  readonly free: number;
  constructor(options: EbpfErrorOptions & { ring: string; free: number }) {
    const { ring, free } = options;
    super("ERR_EBPF_RING_FULL", `${ring} is full: ${free} bytes are free`, {
      operation: "reserve",
      remedy: "Wait for room with send() or reserveWhenFree(), or raise max_entries",
      ...options,
    });
    this.free = free;
  }
}
