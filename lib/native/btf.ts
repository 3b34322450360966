import type { Handle, Status } from "./handle.ts";

export interface NativeBtfInfo {
  id: number;
  /** Bytes. */
  size: number;
  /** Whether the BTF is that of the kernel or of a module. */
  isKernel: boolean;
  /** `vmlinux`, or the name of a module; empty for others, and before Linux 5.11. */
  name: string;
}

/** native/btf.cc. Handles are descriptors: `descriptorClose` closes them. */
export interface NativeBtf {
  /** The error has the log of the kernel. */
  btfLoad(bytes: Uint8Array): Handle;
  btfFromId(id: number): Handle;
  /** Returns the first ID after `id`, or -ENOENT. */
  btfNextId(id: number): Status;
  btfInfo(btf: Handle): NativeBtfInfo;
  btfRead(btf: Handle): Uint8Array;
  btfBytes(id: number): Uint8Array;
  btfFd(btf: Handle): number;
}
