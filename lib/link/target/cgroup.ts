import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { InvalidArgumentError } from "../../errors.ts";
import { requiredName } from "./required.ts";

/**
 * Calls `use` with a descriptor of a cgroup's folder, open meanwhile.
 *
 * @param cgroup - The folder, or its path below the mount of cgroup2; or a descriptor, which stays open.
 * @throws InvalidArgumentError when there is no such cgroup.
 */
export function withCgroup<T>(cgroup: string | number, use: (fd: number) => T): T {
  if (typeof cgroup === "number") return use(cgroup);
  requiredName(cgroup, "the cgroup");
  const path = isAbsolute(cgroup) ? cgroup : join(cgroupRoot(), cgroup);
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    throw new InvalidArgumentError(
      `there is no cgroup "${path}": ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Where cgroup2 is mounted; on machines with both versions, beside the old one. */
export function cgroupRoot(): string {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const path = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (path === undefined)
    throw new InvalidArgumentError("cgroup2 is not mounted", "mount -t cgroup2 none /sys/fs/cgroup");
  return path;
}
