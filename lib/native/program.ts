import type { Handle, Status } from "./handle.ts";

/** Properties of a program (struct bpf_prog_info). This kernel does not report absent fields. */
export interface NativeProgramInfo {
  id: number;
  type: number;
  /** At most 15 characters. */
  name: string;
  tag: Uint8Array;
  btfId: number;
  createdByUid: number;
  gplCompatible: boolean;
  /** Nanoseconds since boot. */
  loadTime: bigint;
  ifindex: number;
  jitedSize: number;
  translatedSize: number;
  /** Nanoseconds. */
  runTime: bigint;
  runCount: bigint;
  recursionMisses?: bigint;
  verifiedInstructions?: number;
  attachBtfObjectId?: number;
  attachBtfId?: number;
}

/** The tables of bpf_prog_info, by their index in native/program_info.cc. */
export const programTables = {
  mapIds: 0,
  translated: 1,
  jited: 2,
  functions: 3,
  lines: 4,
  jitedSymbols: 5,
  jitedLengths: 6,
  jitedLines: 7,
} as const;

export interface NativeTable {
  /** Bytes of one record. */
  recordSize: number;
  bytes: Uint8Array;
}

export interface NativeTestRun {
  data?: Uint8Array;
  context?: Uint8Array;
  /** Size of the output buffer in bytes; 0 or absent for programs without data. */
  dataOutSize?: number;
  contextOutSize?: number;
  repeat?: number;
  flags?: number;
  cpu?: number;
  batchSize?: number;
}

export interface NativeTestRunResult {
  /** Unsigned. */
  returnValue: number;
  /** Nanoseconds, mean of all repetitions. */
  duration: number;
  data: Uint8Array;
  context: Uint8Array;
}

/** Rarely needed options for programs without an object file (native/program_create.cc). */
export interface NativeProgramOptions {
  attachType?: number;
  flags?: number;
  /** The ID of a function or type in the kernel's BTF, or in the BTF of `attachProgram`. */
  attachBtfId?: number;
  attachProgram?: Handle;
  /** Raw BTF with the types of its functions. */
  btf?: Uint8Array;
  /** struct bpf_func_info, one after the other. */
  functions?: Uint8Array;
  logLevel?: number;
}

/** The header of a request of `programLoad` (native/program_create.cc): a number, and texts that end with a NUL. */
export const loadHeader = {
  type: 0,
  name: { at: 4, size: 16 },
  license: { at: 20, size: 124 },
  size: 144,
} as const;

export interface NativeProgramCreated {
  program: Handle;
  log: string;
}

/** native/program*.cc */
export interface NativeProgram {
  programClose(program: Handle): void;
  programFd(program: Handle): number;
  programInfo(program: Handle): NativeProgramInfo;
  /** Returns null when the kernel does not show the table to this process. */
  programTable(program: Handle, table: number): NativeTable | null;
  programPin(program: Handle, path: string): Status;
  programBindMap(program: Handle, map: Handle): Status;
  /** Bytes read into `buffer`, or a negative errno. */
  programReadStream(program: Handle, stream: number, buffer: Uint8Array): Status;
  /** Runs on a thread of the pool. */
  programTestRun(program: Handle, run: NativeTestRun): Promise<NativeTestRunResult>;
  programTestRunSync(program: Handle, run: NativeTestRun): NativeTestRunResult;
  /**
   * Loads a program that needs no options. Returns the handle or a negative errno.
   *
   * @param request - The header at {@link loadHeader}, then the instructions in this machine's byte order.
   * @param slots - The number of instructions, of eight bytes each.
   */
  programLoad(request: Uint8Array, slots: number): Handle | Status;
  /**
   * Loads any program. For a program that `programLoad` has refused, the error has the verifier's log.
   */
  programCreate(
    instructions: Uint8Array,
    type: number,
    name: string,
    license: string,
    options: NativeProgramOptions,
  ): NativeProgramCreated;
  programFromId(id: number): Handle;
  /** errno is EBADF when the pin is not a program. */
  programFromPin(path: string): Handle;
  /** Duplicates the descriptor. */
  programFromFd(fd: number): Handle;
  /** Another handle of the program, with libbpf's struct. */
  programClone(program: Handle): Handle;
  /** Returns the first ID after `id`, or -ENOENT. */
  programNextId(id: number): number;
  /** Returns a handle that keeps statistics enabled while it is open. */
  enableStats(): Handle;
  descriptorClose(descriptor: Handle): void;
}
