import { closeSync, constants, existsSync, openSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { InvalidArgumentError } from "../../errors/index.ts";
import { cgroupRoot } from "../../kernel/cgroup-mount.ts";
import { rethrowUnlessMissing } from "../../kernel/file-error.ts";

/**
 * Calls `use` with a file descriptor of a cgroup, and closes the descriptor afterwards.
 *
 * @param cgroup - A folder, a path below the cgroup2 mount (also as in /proc/PID/cgroup, with a slash in front), or a file
 * descriptor, which stays open.
 * @throws {@link InvalidArgumentError} when the cgroup does not exist, or is not of version 2.
 */
export function withCgroup<T>(cgroup: string | number, use: (fd: number) => T): T {
  if (typeof cgroup === "number") return use(cgroup);
  const fd = openCgroup(cgroup);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function openCgroup(cgroup: string): number {
  const root = cgroupRoot();
  const below = join(root, cgroup);
  // A path in /proc/PID/cgroup begins with a slash too, and is below the mount point.
  const path = isAbsolute(cgroup) && (isCgroup2(cgroup) || !isCgroup2(below)) ? cgroup : below;
  const mounted = `cgroup2 is mounted at ${root}`;
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    rethrowUnlessMissing(path, cause);
    const reason = cause instanceof Error ? cause.message : cause;
    throw new InvalidArgumentError(`there is no cgroup "${path}": ${reason}`, { remedy: mounted });
  }
  if (isCgroup2(path)) return fd;
  closeSync(fd);
  throw new InvalidArgumentError(`"${path}" is not a cgroup of version 2`, { remedy: mounted });
}

/** Cgroups of version 1 do not have the file. */
function isCgroup2(path: string): boolean {
  return existsSync(join(path, "cgroup.controllers"));
}
