import { InvalidArgumentError } from "../errors/index.ts";
import { mountsOf } from "./mounts.ts";

/**
 * Returns the mount point of cgroup2. On a host that also has cgroups of version 1, it is often below /sys/fs/cgroup:
 * /sys/fs/cgroup/unified.
 *
 * @throws {@link SystemError} when /proc cannot be read. {@link InvalidArgumentError} when cgroup2 is not mounted.
 */
export function cgroupRoot(): string {
  const [mount] = mountsOf("cgroup2");
  if (mount === undefined)
    throw new InvalidArgumentError("cgroup2 is not mounted", {
      remedy: "mount -t cgroup2 none /sys/fs/cgroup",
    });
  return mount.path;
}
