import { readFileSync } from "node:fs";
import { type EbpfError, PermissionError, SystemError } from "../errors/index.ts";
import { runtimeDenial } from "../files/runtime-denial.ts";

const EACCES = 13;

/**
 * Reads a file of /proc or /sys.
 *
 * @throws {@link SystemError} when it cannot be read: not mounted, no permission, or no free descriptor.
 * {@link PermissionError} when the runtime denies it.
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

/**
 * Rethrows an error that does not show whether a file exists: no free descriptor, or the runtime denied the access.
 *
 * @param cause - The error from opening the file.
 * @throws {@link SystemError} with EMFILE or ENFILE. {@link PermissionError} when Deno or Node's permission model denied it.
 */
export function rethrowUnanswered(path: string, cause: unknown): void {
  rethrowExhaustion(path, cause);
  if (runtimeDenial(path, cause) !== undefined) throw unreadable(path, cause);
}

function unreadable(path: string, cause: unknown): EbpfError {
  const denial = runtimeDenial(path, cause);
  if (denial !== undefined) {
    return new PermissionError(`${denial.runtime} denied access to ${path}`, {
      operation: "read",
      errno: EACCES,
      cause,
      remedy: denial.remedy,
    });
  }
  const { errno = 0 } = cause as NodeJS.ErrnoException;
  return new SystemError(`cannot read ${path}`, { operation: "read", errno: Math.abs(errno), cause });
}
