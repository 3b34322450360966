import { readdirSync, readFileSync } from "node:fs";
import { rethrowUnanswered } from "./read-file.ts";

// The second path is the mount point before Linux 4.1, which many machines still use.
const mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/**
 * Reads a file of tracefs; undefined when it is missing or not readable.
 *
 * @throws {@link SystemError} (EMFILE). {@link PermissionError} when the runtime denies it.
 */
export function readTracefs(path: string): string | undefined {
  for (const mount of mounts) {
    try {
      return readFileSync(`${mount}/${path}`, "utf8");
    } catch (cause) {
      rethrowUnanswered(`${mount}/${path}`, cause);
    }
  }
  return undefined;
}

/**
 * Lists a directory of tracefs; empty when it cannot be read.
 *
 * @throws {@link SystemError} (EMFILE). {@link PermissionError} when the runtime denies it.
 */
export function listTracefs(path: string): string[] {
  for (const mount of mounts) {
    try {
      return readdirSync(`${mount}/${path}`);
    } catch (cause) {
      rethrowUnanswered(`${mount}/${path}`, cause);
    }
  }
  return [];
}

/** Whether tracefs is mounted and this process can read it. */
export function isTracefsReadable(): boolean {
  return listTracefs("events").length > 0;
}
