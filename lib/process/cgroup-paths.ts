import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkPath } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { cgroupRoot } from "../kernel/cgroup-mount.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";

/**
 * Returns the current path of each cgroup of version 2 by its ID. The ID is the number that
 * `bpf_get_current_cgroup_id()` and `bpf_skb_cgroup_id()` return.
 *
 * @param root - The folder to search. The paths are relative to it and begin with a slash. Default: the cgroup2 mount.
 * @throws {@link InvalidArgumentError} when cgroup2 is not mounted, or `root` does not exist.
 * @throws {@link PermissionError}, {@link SystemError} when it cannot be read.
 */
export function cgroupPaths(root?: string): ReadonlyMap<bigint, string> {
  const top = root === undefined ? cgroupRoot() : checkPath(root, "root of cgroupPaths");
  const paths = new Map<bigint, string>();
  collect(top, "/", paths);
  return paths;
}

function collect(top: string, path: string, paths: Map<bigint, string>): void {
  const folder = join(top, path);
  let names: string[];
  try {
    // On 64-bit machines, which are the only ones that this package supports, the ID is the number of the inode.
    paths.set(statSync(folder, { bigint: true }).ino, path);
    names = foldersIn(folder);
  } catch (cause) {
    rethrowUnlessMissing(folder, cause);
    if (path === "/") throw new InvalidArgumentError(`root of cgroupPaths: there is no folder "${top}"`);
    return; // The cgroup was removed during the search.
  }
  for (const name of names) collect(top, join(path, name), paths);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
