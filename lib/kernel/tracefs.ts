import { readdirSync, readFileSync } from "node:fs";
import { rethrowExhaustion } from "./read-file.ts";

// The second is where it was before Linux 4.1, and still is on many machines.
const mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/** A file of tracefs; undefined when it is not there or may not be read. @throws SystemError (EMFILE). */
export function readTracefs(path: string): string | undefined {
  for (const mount of mounts) {
    try {
      return readFileSync(`${mount}/${path}`, "utf8");
    } catch (cause) {
      rethrowExhaustion(`${mount}/${path}`, cause);
    }
  }
  return undefined;
}

/** The names in a folder of tracefs; none when it cannot be read. @throws SystemError (EMFILE). */
export function listTracefs(path: string): string[] {
  for (const mount of mounts) {
    try {
      return readdirSync(`${mount}/${path}`);
    } catch (cause) {
      rethrowExhaustion(`${mount}/${path}`, cause);
    }
  }
  return [];
}
