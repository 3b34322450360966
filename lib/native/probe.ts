import type { Status } from "./handle.ts";

/** A program for a probe. By default it returns 0. */
export interface NativeProbe {
  type: number;
  attachType?: number;
  flags?: number;
  /** Function of the kernel to attach to, by BTF. */
  function?: string;
  instructions?: Uint8Array;
  /** The loaded module whose kfuncs the instructions call, with offset 1. */
  module?: string;
  /** Load without a verifier log. */
  quiet?: boolean;
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
  /** Returns 1, 0, or a negative errno for a failure that shows nothing about the kernel, like the next function. */
  probeProgramType(type: number): Status;
  probeMapType(type: number): Status;
  /** Whether the kernel supports these flags of struct_ops maps: 1, 0, or a negative errno. */
  probeStructOpsFlags(flags: number): Status;
  probeToken(): Status;
  /** The verifier log is truncated after 4 KiB. */
  probeLoad(probe: NativeProbe): { status: Status; log: string };
  /** -EOPNOTSUPP when the program cannot be loaded. */
  probeLink(probe: NativeLinkProbe): Status;
}
