import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachUprobe, type UprobeOptions } from "./uprobe.ts";

export type UretprobeOptions = Omit<UprobeOptions, "refCtrOffset">;

/**
 * Attaches a program to a function's return in a program or library. What `uprobe` says holds here.
 *
 * @returns A link that the caller closes.
 * @throws What `uprobe` throws.
 *
 * Linux 4.1.
 */
export function uretprobe(program: Attachable, options: UretprobeOptions): Link {
  return attachUprobe(program, options, true);
}
