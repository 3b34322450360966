import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "../errors.ts";

/** Where cgroup2 is mounted; on machines with both versions, beside the old one. */
export function cgroupRoot(): string {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const path = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (path === undefined)
    throw new InvalidArgumentError("cgroup2 is not mounted", "mount -t cgroup2 none /sys/fs/cgroup");
  return path;
}
