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
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    throw new SystemError(`cannot read ${path}`, { operation: "read", errno: Math.abs(errno), cause });
  }
}
