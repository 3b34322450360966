import { syscallFunctions } from "../kernel/functions.ts";
import type { Attachable } from "./attachable.ts";
import { attachKprobe, type KprobeOptions } from "./kprobe.ts";
import type { Link } from "./link.ts";

export interface KsyscallOptions extends Pick<KprobeOptions, "cookie" | "mode"> {
  /** As in the man pages: `execve`. */
  syscall: string;
  /** Attach to its return. Default false. */
  retprobe?: boolean;
}

/**
 * Attaches a program to the kernel's function for a syscall, whatever this kernel calls it: `__x64_sys_execve`,
 * `__arm64_sys_execve`, `__se_sys_execve`, `sys_execve`. 32-bit processes on a 64-bit kernel pass it by.
 *
 * @returns A link that the caller closes.
 * @throws What `kprobe` throws.
 *
 * Linux 4.1. The program finds its arguments with BPF_KSYSCALL, which needs libbpf's `.kconfig`.
 */
export function ksyscall(program: Attachable, options: KsyscallOptions): Link {
  const { syscall, retprobe = false, ...rest } = options;
  return attachKprobe(program, { symbol: syscall, ...rest }, retprobe, syscallFunctions(syscall));
}
