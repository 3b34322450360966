import { readFileSync } from "node:fs";
import { fileError } from "./file-error.ts";

/**
 * Reads a file of /proc or /sys.
 *
 * @throws {@link PermissionError} without permission. {@link SystemError} when it cannot be read for another reason: not
 * mounted, or no free descriptor.
 */
export function readKernelFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    throw fileError(path, cause);
  }
}
