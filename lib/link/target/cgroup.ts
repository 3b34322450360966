import { closeSync, constants, openSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { InvalidArgumentError } from "../../errors.ts";
import { cgroupRoot } from "../../kernel/cgroup-mount.ts";
import { rethrowExhaustion } from "../../kernel/read-file.ts";

/**
 * Calls `use` with a descriptor of a cgroup's folder, open meanwhile.
 *
 * @param cgroup - The folder, or its path below the mount of cgroup2; or a descriptor, which stays open.
 * @throws InvalidArgumentError when there is no such cgroup.
 */
export function withCgroup<T>(cgroup: string | number, use: (fd: number) => T): T {
  if (typeof cgroup === "number") return use(cgroup);
  const path = isAbsolute(cgroup) ? cgroup : join(cgroupRoot(), cgroup);
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    rethrowExhaustion(path, cause);
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
