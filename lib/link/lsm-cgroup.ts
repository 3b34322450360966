import type { Attachable } from "./attachable.ts";
import { type CgroupOptions, cgroup } from "./cgroup.ts";
import type { Link } from "./link.ts";

export type LsmCgroupOptions = Omit<CgroupOptions, "hook">;

/**
 * Attaches a program to a hook of the Linux Security Modules, for the processes of a cgroup.
 *
 * @returns A link that the caller closes.
 * @throws What `cgroup` throws.
 *
 * Linux 6.0.
 */
export function lsmCgroup(program: Attachable, options: LsmCgroupOptions): Link {
  return cgroup(program, { ...options, hook: "lsm-cgroup" });
}
