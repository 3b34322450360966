import { InvalidArgumentError } from "../errors/index.ts";
import { readKernelFile } from "./read-file.ts";

/**
 * Returns the mount point of cgroup2.
 *
 * @throws {@link SystemError} when /proc cannot be read.
 */
export function cgroupRoot(): string {
  const mounts = readKernelFile("/proc/self/mounts");
  const path = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (path === undefined)
    throw new InvalidArgumentError("cgroup2 is not mounted", "mount -t cgroup2 none /sys/fs/cgroup");
  return path;
}
