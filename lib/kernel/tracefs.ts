import { readdirSync, readFileSync } from "node:fs";
import { PermissionError } from "../errors/index.ts";
import { rethrowUnlessHidden } from "./file-error.ts";

// The second path is the mount point before Linux 4.1, which many machines still use.
const mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/**
 * Reads a file of tracefs; undefined when it is missing or its mode hides it.
 *
 * @throws {@link PermissionError} (EPERM), {@link SystemError} when the read fails for another reason.
 */
export function readTracefs(path: string): string | undefined {
  for (const mount of mounts) {
    try {
      return readFileSync(`${mount}/${path}`, "utf8");
    } catch (cause) {
      rethrowUnlessHidden(`${mount}/${path}`, cause);
    }
  }
  return undefined;
}

/**
 * Lists a directory of tracefs; empty when it is missing or its mode hides it.
 *
 * @throws {@link PermissionError} (EPERM), {@link SystemError} when the read fails for another reason.
 */
export function listTracefs(path: string): string[] {
  for (const mount of mounts) {
    try {
      return readdirSync(`${mount}/${path}`);
    } catch (cause) {
      rethrowUnlessHidden(`${mount}/${path}`, cause);
    }
  }
  return [];
}

/** Whether tracefs is mounted and this process can read it. */
export function isTracefsReadable(): boolean {
  try {
    return listTracefs("events").length > 0;
  } catch (error) {
    if (error instanceof PermissionError) return false;
    throw error;
  }
}
