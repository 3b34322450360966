import type { Handle, Status } from "./handle.ts";

/** native/poller.cc */
export interface NativePoller {
  /**
   * Begins to watch: `callback` is told how many handles stand in `ready`, of 64 or more elements. Without `libuv`,
   * or where it is missing, a thread waits.
   */
  pollerStart(callback: (count: number) => void, ready: Int32Array, libuv: boolean): void;
  pollerStop(): void;
  /** Whether waiting keeps the process alive; not at first. */
  pollerHold(hold: boolean): void;
}

/** native/ring_buffer.cc, whose header tells the protocol. */
export interface NativeRing {
  ringOpen(map: Handle): Handle;
  /** The data, twice in a row, read-only: a store is a SIGSEGV. Undefined where the runtime has no external memory. */
  ringMapped(ring: Handle): ArrayBuffer | undefined;
  /** From now on stretches of the ring are copied there. */
  ringCopied(ring: Handle, bytes: number): ArrayBuffer;
  /** Where the stretch that was found begins, and how many bytes waited then: two 32-bit integers. */
  ringStart(ring: Handle): ArrayBuffer;
  /** Gives back the first `done` bytes of the stretch found last, finds the next; none for a `max` of 0. */
  ringNext(ring: Handle, done: number, max: number): Status;
  ringPositions(ring: Handle): { consumer: bigint; producer: bigint };
  ringClose(ring: Handle): void;
}

/** native/user_ring_buffer.cc */
export interface NativeUserRing {
  userRingOpen(map: Handle): Handle;
  /** What names the slot, or a negative errno. */
  userRingReserve(ring: Handle, bytes: number): number;
  userRingSubmit(ring: Handle, slot: number, bytes: Uint8Array): Status;
  userRingDiscard(ring: Handle, slot: number): Status;
  /** Reserves and submits the first `length` bytes. */
  userRingSend(ring: Handle, length: number, bytes: Uint8Array): Status;
  userRingFree(ring: Handle): number;
  userRingClose(ring: Handle): void;
}

export interface NativePerfOptions {
  /** Of each CPU; made a whole power of two of pages. */
  bytes: number;
  /** Bytes; wakeupEvents does not count then. */
  watermark?: number;
  wakeupEvents?: number;
  overwritable?: boolean;
}

/** native/perf_buffer.cc */
export interface NativePerf {
  perfOpen(map: Handle, options: NativePerfOptions): Handle;
  perfCopied(perf: Handle, bytes: number): ArrayBuffer;
  /** [ offset, length, cpu, kind ] for each record that was found; kind 1 is a count of lost ones. */
  perfIndex(perf: Handle): ArrayBuffer;
  perfNext(perf: Handle, done: number, max: number, maxBytes: number): Status;
  /** The records of one paused overwritable ring, newest first; call it until there is none more. */
  perfSnapshot(perf: Handle, ring: number, begin: boolean): Status;
  perfPause(perf: Handle, pause: boolean): Status;
  perfAvailable(perf: Handle): number;
  /** How many there are, and the bytes of one. */
  perfRings(perf: Handle): { count: number; size: number };
  perfClose(perf: Handle): void;
}
