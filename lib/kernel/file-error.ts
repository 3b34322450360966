import { existsSync } from "node:fs";
import { PermissionError, SystemError } from "../errors/index.ts";
import { runtimeDenial } from "../files/runtime-denial.ts";
import { lockdown } from "./lockdown.ts";

// ENXIO and ENODEV: a device without a driver. ESRCH: a file in /proc of a process that ended.
const missing = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ENXIO", "ENODEV", "ESRCH"]);

/**
 * Rethrows the error from opening a file, unless it shows that there is no such file. A lack of descriptors or memory,
 * and a refusal by the kernel or the runtime, do not mean that the file is missing.
 *
 * @param cause - The error of Node.js. One without errno is about the path itself, to which no file can belong.
 * @throws {@link PermissionError} for EACCES and EPERM, {@link SystemError} for any other errno.
 */
export function rethrowUnlessMissing(path: string, cause: unknown): void {
  const { code = "", errno } = cause as NodeJS.ErrnoException;
  if (runtimeDenial(path, cause) !== undefined || (errno !== undefined && !missing.has(code)))
    throw fileError(path, cause);
}

/**
 * Like `rethrowUnlessMissing` for a file of the kernel that the process can do without: one whose mode hides it from the
 * process (EACCES) counts as missing.
 *
 * @throws {@link PermissionError} for EPERM, {@link SystemError} for any other errno.
 */
export function rethrowUnlessHidden(path: string, cause: unknown): void {
  const isHidden =
    (cause as NodeJS.ErrnoException).code === "EACCES" && runtimeDenial(path, cause) === undefined;
  if (!isHidden) rethrowUnlessMissing(path, cause);
}

/** The error for a file that cannot be read. */
export function fileError(path: string, cause: unknown): PermissionError | SystemError {
  const denial = runtimeDenial(path, cause);
  if (denial !== undefined) {
    const details = { operation: "read", errno: 13, cause, remedy: denial.remedy };
    return new PermissionError(`${denial.runtime} denied access to ${path}`, details);
  }
  const { code, errno = 0 } = cause as NodeJS.ErrnoException;
  const isRefused = code === "EACCES" || code === "EPERM";
  const Class = isRefused ? PermissionError : SystemError;
  const remedy = fileRemedy(path, code);
  return new Class(`cannot read ${path}`, { operation: "read", errno: Math.abs(errno), cause, remedy });
}

function fileRemedy(path: string, code: string | undefined): string | undefined {
  if (code === "ENOENT" && path.startsWith("/proc/") && !existsSync("/proc/self"))
    return "procfs is not mounted: mount -t proc proc /proc";
  // The mode of a file refuses with EACCES.
  const mode = code === "EPERM" ? lockdown() : undefined;
  return mode === undefined || mode === "none"
    ? undefined
    : `The kernel is locked down (${mode}), which forbids the file to every process: see /sys/kernel/security/lockdown`;
}
