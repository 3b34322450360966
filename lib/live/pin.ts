import { existsSync, statfsSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { checkPath } from "../arguments/index.ts";
import { EACCES, EBADF, EEXIST, EINVAL, ENOENT, EPERM, EROFS } from "../errors/errno.ts";
import { PermissionError, PinError } from "../errors/index.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { Status } from "../native/handle.ts";

const BPF_FS_MAGIC = 0xcafe4a11;

/**
 * Pins an object at a path of a bpffs. Missing folders are created.
 *
 * @param what - For messages: `program "count"`.
 * @throws {@link PinError} when the path exists or is not on a bpffs; {@link PermissionError}.
 */
export function pin(what: string, path: string, pinNatively: (path: string) => Status): void {
  checkPath(path, `path to pin ${what} at`);
  try {
    makeFolder(dirname(path));
  } catch (cause) {
    throw fileError(what, "pin", path, cause as NodeJS.ErrnoException);
  }
  const status = pinNatively(path);
  if (status < 0) throw pinError(what, "pin", path, -status);
}

/** Removes a pin. The object exists as long as another reference does. */
export function unpin(what: string, path: string): void {
  checkPath(path, `path to unpin ${what} from`);
  try {
    unlinkSync(path);
  } catch (cause) {
    throw fileError(what, "unpin", path, cause as NodeJS.ErrnoException);
  }
}

/** The error for a failure to pin `what`, or to open it from a pin. */
export function pinError(
  what: string,
  operation: "pin" | "unpin" | "open pin",
  path: string,
  errno: number,
  cause?: unknown,
): PinError | PermissionError {
  const remedy = remedyFor(operation, path, errno);
  const message = `cannot ${operation === "open pin" ? "open" : operation} ${what} at`;
  if ((errno === EPERM || errno === EACCES) && remedy === undefined) {
    return new PermissionError(`${message} "${path}"`, { operation, errno, cause, remedy: "Run as root" });
  }
  return new PinError(message, { path, operation, errno, cause, remedy });
}

function fileError(what: string, operation: "pin" | "unpin", path: string, cause: NodeJS.ErrnoException) {
  return pinError(what, operation, path, Math.abs(cause.errno ?? EINVAL), cause);
}

function remedyFor(operation: string, path: string, errno: number): string | undefined {
  if (errno === EEXIST) return "The path already exists: unpin it first, or choose another path";
  if (errno === ENOENT && operation !== "pin") return "Nothing is pinned there";
  if (errno === EBADF) return "An object of another kind is pinned there";
  if (!onBpffs(dirname(path)))
    return "The path is not on a bpffs: mount -t bpf bpf /sys/fs/bpf, and pin below it";
  if (errno === EROFS)
    return "The bpffs is mounted read-only: mount -o remount,rw it, or mount another (mount -t bpf bpf FOLDER)";
  if (errno === EPERM && path.slice(path.lastIndexOf("/")).includes("."))
    return "The name of a pin must not contain a dot";
  return undefined;
}

/** Whether a path is in a BPF file system. The path need not exist. */
export function onBpffs(path: string): boolean {
  let folder = path;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    return statfsSync(folder).type === BPF_FS_MAGIC;
  } catch {
    // Without permission to inspect the path, the missing permission is the cause, not the file system.
    return true;
  }
}
