import type { Status } from "./handle.ts";

/** A program to try: one that returns 0 unless it is told otherwise. */
export interface NativeProbe {
  type: number;
  attachType?: number;
  flags?: number;
  /** Function of the kernel to attach to, by BTF. */
  function?: string;
  instructions?: Uint8Array;
}

export interface NativeLinkProbe extends NativeProbe {
  /** Descriptor or index of an interface. Default -1. */
  target?: number;
  /** For kprobe.multi. */
  symbol?: string;
  /** For uprobe.multi. */
  path?: string;
}

/** native/probe.cc */
export interface NativeProbes {
  /** 1, 0, or a negative errno. */
  probeProgramType(type: number): Status;
  probeMapType(type: number): Status;
  probeHelper(programType: number, helper: number): Status;
  probeLoad(probe: NativeProbe): Status;
  /** -EOPNOTSUPP when the program cannot be loaded. */
  probeLink(probe: NativeLinkProbe): Status;
}
