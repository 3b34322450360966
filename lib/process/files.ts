import { readlinkSync, statSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import { soname } from "../elf/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import { withElf } from "./binary-file.ts";
import { type MappedFile, mappedFiles } from "./mappings.ts";

// As the kernel's own limit.
const MAX_SYMLINKS = 40;

/**
 * A path by which this process can open a file that another process has in its memory, by the name of the file.
 *
 * @param name - `libc.so.6`, `bash`: of the file, or what the library calls itself (its SONAME).
 * @throws {@link InvalidArgumentError} when that process has no such file, or several.
 */
export function fileOfProcess(pid: number, name: string): string {
  const files = mappedFiles(pid);
  const named = files.filter(({ path }) => basename(withoutMark(path)) === name);
  const found = named.length > 0 ? named : files.filter((file) => sonameOf(pid, file) === name);
  const [first] = found;
  if (first === undefined)
    throw new InvalidArgumentError(
      `process ${pid} has no ${name} mapped`,
      "A file that it will load later is given by its path",
    );
  if (found.length > 1)
    throw new InvalidArgumentError(
      `process ${pid} has ${found.length} files called "${name}" mapped`,
      `Give the path of one: ${found.map(({ path }) => path).join(", ")}`,
    );
  return openablePath(pid, first);
}

/**
 * A path by which this process can open what another process sees at an absolute path, whatever its mount namespace
 * and root. When that process still runs a file that was removed or replaced there, it is that file.
 *
 * @throws {@link InvalidArgumentError} when that process sees no such file.
 */
export function pathOfProcess(pid: number, path: string): string {
  const seen = `/proc/${pid}/root${path}`;
  const there = identity(seen);
  const real = realPathInRoot(pid, path);
  const root = rootOf(pid);
  const mapped = mappedFiles(pid).filter((file) => inRoot(root, withoutMark(file.path)) === real);
  const [first] = mapped;
  if (there !== undefined && (first === undefined || mapped.some((file) => isFile(pid, file, seen))))
    return seen;
  if (first !== undefined) return openablePath(pid, first);
  throw new InvalidArgumentError(
    `process ${pid} sees no file "${path}"`,
    identity(path) === undefined
      ? undefined
      : `This process does: without pid it is probed for all processes that run it`,
  );
}

/**
 * A path by which this process can open a file that another process has mapped.
 *
 * @throws {@link InvalidArgumentError} when it was removed or replaced, and cannot be opened any more.
 */
export function openablePath(pid: number, file: MappedFile): string {
  const root = rootOf(pid);
  // A name can end in what the kernel puts behind deleted files.
  for (const path of new Set([file.path, withoutMark(file.path)])) {
    const seen = `/proc/${pid}/root${inRoot(root, path)}`;
    if (isFile(pid, file, seen)) return seen;
  }
  const held = heldBy(pid, file);
  if (identity(held) !== undefined) return held;
  throw new InvalidArgumentError(
    `the file ${withoutMark(file.path)} that process ${pid} runs was removed or replaced`,
    "It can still be opened with CAP_CHECKPOINT_RESTORE; a process that is started anew runs the file that is there now",
  );
}

/** Whether a mapped file is the one that is found at a path. */
function isFile(pid: number, file: MappedFile, path: string): boolean {
  const there = identity(path);
  if (there === undefined) return false;
  const mapped = identity(heldBy(pid, file));
  // Without the privilege for map_files there is only the number of the inode: the devices of /proc/PID/maps are not
  // those of stat() on btrfs and overlayfs.
  return mapped === undefined ? there.endsWith(`:${file.inode}`) : mapped === there;
}

/** A link to the very file, whatever has become of its name. */
function heldBy(pid: number, { range }: MappedFile): string {
  return `/proc/${pid}/map_files/${range}`;
}

function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The root folder of a process as this process sees it: `/`, or another one after chroot. */
function rootOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/root`);
  } catch {
    return "/";
  }
}

/** A path of /proc/PID/maps, which begins at this process's root, as a path below that process's root. */
function inRoot(root: string, path: string): string {
  return root !== "/" && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** The path without what the kernel puts behind the paths of files that are gone. */
export function withoutMark(path: string): string {
  return path.replace(/ \(deleted\)$/, "");
}

/** Follows the symbolic links of a path as that process does. The file itself need not be there. */
function realPathInRoot(pid: number, path: string): string {
  let real = "/";
  let rest = normalize(path).split("/").filter(Boolean);
  for (let links = 0; rest.length > 0; ) {
    const [name = "", ...after] = rest;
    const at = join(real, name);
    const target = links < MAX_SYMLINKS ? linkTarget(`/proc/${pid}/root${at}`) : undefined;
    if (target === undefined) {
      real = at;
      rest = after;
    } else {
      links++;
      if (target.startsWith("/")) real = "/";
      rest = [...target.split("/").filter(Boolean), ...after];
    }
  }
  return real;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function sonameOf(pid: number, file: MappedFile): string | undefined {
  try {
    return withElf(openablePath(pid, file), soname);
  } catch {
    return undefined;
  }
}
