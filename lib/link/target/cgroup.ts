import { closeSync, constants, openSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { InvalidArgumentError } from "../../errors/index.ts";
import { cgroupRoot } from "../../kernel/cgroup-mount.ts";
import { rethrowExhaustion } from "../../kernel/read-file.ts";

/**
 * Calls `use` with a file descriptor of a cgroup, and closes the descriptor afterwards.
 *
 * @param cgroup - A folder, a path below the cgroup2 mount, or a file descriptor, which stays open.
 * @throws {@link InvalidArgumentError} when the cgroup does not exist.
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
