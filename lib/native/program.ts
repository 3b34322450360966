import type { Handle, Status } from "./handle.ts";

/** What the kernel says of a program (struct bpf_prog_info). What is absent, this kernel does not tell yet. */
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
} as const;

export interface NativeTable {
  /** Bytes of one record. */
  recordSize: number;
  bytes: Uint8Array;
}

export interface NativeTestRun {
  data?: Uint8Array;
  context?: Uint8Array;
  /** Room for the data afterwards; 0 or absent for programs that have none. */
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

/** What few programs need that are made without an object (native/program_create.cc). */
export interface NativeProgramOptions {
  attachType?: number;
  flags?: number;
  /** A function or a type in the kernel's BTF, or in that of `attachProgram`. */
  attachBtfId?: number;
  attachProgram?: Handle;
  /** Raw BTF with the types of its functions. */
  btf?: Uint8Array;
  /** struct bpf_func_info, one after the other. */
  functions?: Uint8Array;
  logLevel?: number;
}

export interface NativeProgramCreated {
  program: Handle;
  log: string;
}

/** native/program*.cc */
export interface NativeProgram {
  programClose(program: Handle): void;
  programFd(program: Handle): number;
  programInfo(program: Handle): NativeProgramInfo;
  /** Null when the kernel keeps the table from this process. */
  programTable(program: Handle, table: number): NativeTable | null;
  programPin(program: Handle, path: string): Status;
  programBindMap(program: Handle, map: Handle): Status;
  /** Bytes read into `buffer`, or a negative errno. */
  programReadStream(program: Handle, stream: number, buffer: Uint8Array): Status;
  /** On a thread of the pool. */
  programTestRun(program: Handle, run: NativeTestRun): Promise<NativeTestRunResult>;
  programTestRunSync(program: Handle, run: NativeTestRun): NativeTestRunResult;
  /**
   * The handle, or with a `logLevel` the log too. The error has the verifier's log.
   *
   * @param instructions - In this machine's byte order, with nothing left to resolve.
   */
  programCreate(
    instructions: Uint8Array,
    type: number,
    name: string,
    license: string,
    options?: NativeProgramOptions,
  ): Handle | NativeProgramCreated;
  programFromId(id: number): Handle;
  /** errno EBADF when something else than a program is pinned there. */
  programFromPin(path: string): Handle;
  /** Duplicates the descriptor. */
  programFromFd(fd: number): Handle;
  /** The first id past `id`, -ENOENT when there is none. */
  programNextId(id: number): number;
  btfBytes(id: number): Uint8Array;
  /** The handle of a descriptor that switches measuring on for as long as it is open. */
  enableStats(): Handle;
  descriptorClose(descriptor: Handle): void;
}
