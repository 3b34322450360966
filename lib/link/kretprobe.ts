import type { Attachable } from "./attachable.ts";
import { attachKprobe, type KprobeOptions } from "./kprobe.ts";
import type { Link } from "./link.ts";

export type KretprobeOptions = Omit<KprobeOptions, "offset">;

/**
 * Attaches a program to a kernel function's return.
 *
 * What `kprobe` says holds here. A function that is entered more often at once than the kernel has room for (twice the
 * CPUs) has returns missed; fexit and kprobe.multi have not.
 *
 * @returns A link that the caller closes.
 * @throws What `kprobe` throws.
 *
 * Linux 4.1.
 */
export function kretprobe(program: Attachable, options: KretprobeOptions): Link {
  return attachKprobe(program, options, true);
}
