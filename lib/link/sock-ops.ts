import type { Attachable } from "./attachable.ts";
import { type CgroupOptions, cgroup } from "./cgroup.ts";
import type { Link } from "./link.ts";

export type SockOpsOptions = Omit<CgroupOptions, "hook">;

/**
 * Attaches a program to what happens in the life of the TCP connections of a cgroup.
 *
 * @returns A link that the caller closes.
 * @throws What `cgroup` throws.
 *
 * Linux 5.7.
 */
export function sockOps(program: Attachable, options: SockOpsOptions): Link {
  return cgroup(program, { ...options, hook: "cgroup-sock-ops" });
}
