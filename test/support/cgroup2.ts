import { readFileSync } from "node:fs";

/** Where the cgroups of version 2 are mounted: not always at /sys/fs/cgroup itself. */
export function cgroup2(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1];
  if (mount === undefined) throw new Error("no cgroup2 is mounted");
  return mount;
}
