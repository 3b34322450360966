import { readFileSync } from "node:fs";
import { SystemError } from "../errors/index.ts";

/**
 * Reads a file of /proc or /sys.
 *
 * @throws {@link SystemError} when it cannot be read: not mounted, no permission, or no free descriptor.
 */
export function readKernelFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * Rethrows EMFILE and ENFILE for a file that may be missing: lack of descriptors does not show that the file is
 * missing.
 *
 * @param cause - The error from opening the file.
 * @throws {@link SystemError} with EMFILE or ENFILE.
 */
export function rethrowExhaustion(path: string, cause: unknown): void {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EMFILE" || code === "ENFILE") throw unreadable(path, cause);
}

function unreadable(path: string, cause: unknown): SystemError {
  const { errno = 0 } = cause as NodeJS.ErrnoException;
  return new SystemError(`cannot read ${path}`, { operation: "read", errno: Math.abs(errno), cause });
}
