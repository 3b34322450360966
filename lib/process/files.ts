import { readlinkSync, statSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import { soname } from "../elf/index.ts";
import { InvalidArgumentError, SystemError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { withElf } from "./binary-file.ts";
import { type MappedFile, mappedFiles } from "./mappings.ts";

// MAXSYMLINKS of the kernel.
const MAX_SYMLINKS = 40;

/**
 * A path by which this process can open a file that another process has mapped.
 *
 * @param name - The name of the file, or the SONAME of the library: `bash`, `libc.so.6`.
 * @throws {@link InvalidArgumentError} when that process has no such file mapped, or several.
 */
export function fileOfProcess(pid: number, name: string): string {
  const files = mappedFiles(pid);
  const named = files.filter(({ path }) => basename(withoutMark(path)) === name);
  const found = named.length > 0 ? named : files.filter((file) => sonameOf(pid, file) === name);
  const [first] = found;
  if (first === undefined)
    throw new InvalidArgumentError(`process ${pid} has no ${name} mapped`, {
      remedy: notMappedRemedy(pid, name, files),
    });
  if (found.length > 1)
    throw new InvalidArgumentError(`process ${pid} has ${found.length} files called "${name}" mapped`, {
      remedy: `Pass the path of one of them: ${found.map(({ path }) => path).join(", ")}`,
    });
  return openablePath(pid, first);
}

/**
 * A path by which this process can open the file that another process sees at an absolute path in its mount namespace
 * and root folder. If the file was removed or replaced while that process runs it, the path is that of the mapped file.
 *
 * @throws {@link InvalidArgumentError} when the file does not exist for that process.
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
  const other = mappedFiles(pid).find((file) => basename(withoutMark(file.path)) === basename(path));
  const remedies = [
    other && `It has "${inRoot(root, withoutMark(other.path))}" mapped: pass that, or "${basename(path)}"`,
    identity(path) && "The file exists for this process: omit pid to probe all processes that run it",
  ].filter((remedy) => remedy !== undefined);
  throw new InvalidArgumentError(`process ${pid} sees no file "${path}"`, {
    remedy: remedies.length > 0 ? remedies.join(". ") : undefined,
  });
}

function notMappedRemedy(pid: number, name: string, files: readonly MappedFile[]): string {
  const near = nearestNames(name, new Set(files.map(({ path }) => basename(withoutMark(path)))));
  const nearest = near.length > 0 ? `Nearest: ${near.map((one) => `"${one}"`).join(", ")}. ` : "";
  const later = "Pass the path of a file that the process will load later";
  const program = /\.so(\.|$)/.test(name) ? linkTarget(`/proc/${pid}/exe`) : undefined;
  if (program === undefined) return nearest + later;
  const own = inRoot(rootOf(pid), withoutMark(program));
  return `${nearest}The library may be linked into the program: pass "${own}" as binary. ${later}`;
}

/**
 * A path by which this process can open a file that another process has mapped.
 *
 * @throws {@link InvalidArgumentError} when it was removed or replaced, and cannot be opened any more.
 */
export function openablePath(pid: number, file: MappedFile): string {
  const root = rootOf(pid);
  // The name of an existing file can also end in the mark that the kernel appends to deleted files.
  for (const path of new Set([file.path, withoutMark(file.path)])) {
    const seen = `/proc/${pid}/root${inRoot(root, path)}`;
    if (isFile(pid, file, seen)) return seen;
  }
  const held = heldBy(pid, file);
  if (identity(held) !== undefined) return held;
  throw new InvalidArgumentError(
    `the file ${withoutMark(file.path)} that process ${pid} runs was removed or replaced`,
    {
      remedy:
        "Opening it needs CAP_CHECKPOINT_RESTORE, or restart the process so that it runs the current file",
    },
  );
}

/** Whether a path leads to the mapped file. */
function isFile(pid: number, file: MappedFile, path: string): boolean {
  const there = identity(path);
  if (there === undefined) return false;
  const mapped = identity(heldBy(pid, file));
  // Without the privilege for map_files, only the inode number can be compared: on btrfs and overlayfs the device in
  // /proc/PID/maps differs from that of stat().
  return mapped === undefined ? there.endsWith(`:${file.inode}`) : mapped === there;
}

/** A link to the mapped file itself, which is valid even after the file was renamed or removed. */
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

/** The root folder of a process as a path of this process: `/`, or another folder after chroot. */
function rootOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/root`);
  } catch {
    return "/";
  }
}

/** Converts a path of /proc/PID/maps, which is relative to the root of this process, to the root of that process. */
function inRoot(root: string, path: string): string {
  return root !== "/" && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** The path without the suffix that the kernel adds to paths of deleted files. */
export function withoutMark(path: string): string {
  return path.replace(/ \(deleted\)$/, "");
}

/** Resolves the symbolic links of a path in the root of that process. The file itself can be missing. */
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
  } catch (error) {
    if (error instanceof SystemError) throw error;
    return undefined;
  }
}
