import { readFileSync } from "node:fs";
import { SystemError } from "../errors.ts";

/**
 * A file of /proc or /sys.
 *
 * @throws SystemError when it cannot be read: not mounted, not allowed, no descriptor left.
 */
export function readKernelFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * For a file that may be missing: throws when it was not opened for lack of descriptors, which says nothing about it.
 *
 * @param cause - What opening it threw.
 * @throws SystemError with EMFILE or ENFILE.
 */
export function rethrowExhaustion(path: string, cause: unknown): void {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EMFILE" || code === "ENFILE") throw unreadable(path, cause);
}

function unreadable(path: string, cause: unknown): SystemError {
  const { errno = 0 } = cause as NodeJS.ErrnoException;
  return new SystemError(`cannot read ${path}`, { operation: "read", errno: Math.abs(errno), cause });
}
