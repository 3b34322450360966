import type { Handle } from "./handle.ts";

/** What the kernel says of a program (struct bpf_prog_info). */
export interface NativeProgramInfo {
  id: number;
  type: number;
  name: string;
  tag: Uint8Array;
  btfId: number;
  createdByUid: number;
  gplCompatible: boolean;
  /** Nanoseconds since boot. */
  loadTime: bigint;
  jitedSize: number;
  translatedSize: number;
  verifiedInstructions: number;
}

/** native/program.cc */
export interface NativeProgram {
  programClose(program: Handle): void;
  programFd(program: Handle): number;
  programInfo(program: Handle): NativeProgramInfo;
}
