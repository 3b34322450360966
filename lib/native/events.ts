import type { Handle, Status } from "./handle.ts";

/** native/poller.cc */
export interface NativePoller {
  /**
   * Starts polling. `callback` receives the number of ready handles in `ready`, which has at least 64 elements. Without
   * `libuv`, or when libuv is not available, a thread polls.
   */
  pollerStart(callback: (count: number) => void, ready: Int32Array, libuv: boolean): void;
  pollerStop(): void;
  /** Sets whether polling keeps the process alive. Initially it does not. */
  pollerHold(hold: boolean): void;
  /** Whether the other end of a pipe, a socket or a terminal is closed. */
  hasHungUp(fd: number): boolean;
}

/** native/ring_buffer.cc. Its header defines the protocol. */
export interface NativeRing {
  ringOpen(map: Handle): Handle;
  /**
   * The data mapped twice in a row, read-only: a write is a SIGSEGV. Undefined when the runtime has no external memory.
   */
  ringMapped(ring: Handle): ArrayBuffer | undefined;
  /** Switches to copying parts of the ring into the returned buffer. */
  ringCopied(ring: Handle, bytes: number): ArrayBuffer;
  /** The start of the stretch that was found, and the number of unread bytes at that time: two 32-bit integers. */
  ringStart(ring: Handle): ArrayBuffer;
  /** Consumes the first `done` bytes of the current part and finds the next part; none for `max` 0. */
  ringNext(ring: Handle, done: number, max: number): Status;
  ringPositions(ring: Handle): { consumer: bigint; producer: bigint };
  ringClose(ring: Handle): void;
}

/** native/user_ring_buffer.cc */
export interface NativeUserRing {
  userRingOpen(map: Handle): Handle;
  /** Returns the ID of the slot, or a negative errno. */
  userRingReserve(ring: Handle, bytes: number): number;
  userRingSubmit(ring: Handle, slot: number, bytes: Uint8Array): Status;
  userRingDiscard(ring: Handle, slot: number): Status;
  /** Reserves and submits the first `length` bytes. */
  userRingSend(ring: Handle, length: number, bytes: Uint8Array): Status;
  userRingFree(ring: Handle): number;
  userRingClose(ring: Handle): void;
}

export interface NativePerfBufferOptions {
  /** Size per CPU in bytes, rounded up to a power-of-two number of pages. */
  bytes: number;
  /** Wake-up threshold in bytes. It replaces wakeupEvents. */
  watermark?: number;
  wakeupEvents?: number;
  overwritable?: boolean;
}

/** native/perf_buffer.cc */
export interface NativePerf {
  perfOpen(map: Handle, options: NativePerfBufferOptions): Handle;
  /**
   * The data of one ring, whose records are then read in place. Undefined when the runtime has no external memory, and for
   * overwritable rings.
   */
  perfMapped(perf: Handle, ring: number): ArrayBuffer | undefined;
  perfCopied(perf: Handle, bytes: number): ArrayBuffer;
  /** The place of the found records: [ offset in the memory, ring, cpu, 1 if the memory is that of copies ]. */
  perfStart(perf: Handle): ArrayBuffer;
  /**
   * Releases `done` bytes of the found records, and finds more of one ring. Returns their number of bytes. The last
   * record can be incomplete.
   */
  perfNext(perf: Handle, done: number, more: boolean): Status;
  /** Copies the records of one paused overwritable ring, newest first. Returns the number of bytes. */
  perfSnapshot(perf: Handle, ring: number): Status;
  perfPause(perf: Handle, pause: boolean): Status;
  perfAvailable(perf: Handle): number;
  /** Returns the number of rings and the size of each in bytes. */
  perfRings(perf: Handle): { count: number; size: number };
  perfClose(perf: Handle): void;
}
