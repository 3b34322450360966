import { readFileSync } from "node:fs";
import { EACCES, EPERM } from "../../errno.ts";
import { InvalidArgumentError, PermissionError } from "../../errors.ts";
import { rethrowExhaustion } from "../../kernel/read-file.ts";

/** A file whose code a process has in its memory. */
export interface MappedFile {
  /** Its name in /proc/PID/map_files: where it is in memory. */
  readonly range: string;
  /** Number of its inode. */
  readonly inode: string;
  /** The path, as /proc/PID/maps has it: of a file that was removed or replaced, ` (deleted)` stands behind it. */
  readonly path: string;
}

/**
 * The files whose code a process has in its memory, each once.
 *
 * @throws {@link InvalidArgumentError} when there is no such process.
 * @throws {@link PermissionError} when it is another user's, without CAP_SYS_PTRACE.
 */
export function mappedFiles(pid: number): MappedFile[] {
  return parseMaps(readMaps(pid));
}

/** @internal */
export function parseMaps(text: string): MappedFile[] {
  const found = new Map<string, MappedFile>();
  for (const line of text.matchAll(/^([0-9a-f]+-[0-9a-f]+) ..x. [0-9a-f]+ (\S+) (\d+) +(\/.*)$/gm)) {
    const [, range = "", device, inode = "", escaped = ""] = line;
    const path = escaped.replaceAll("\\012", "\n");
    const file = `${device} ${inode} ${path}`;
    if (!found.has(file)) found.set(file, { range, inode, path });
  }
  return [...found.values()];
}

function readMaps(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch (cause) {
    rethrowExhaustion(`/proc/${pid}/maps`, cause);
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    if (-errno === EACCES || -errno === EPERM)
      throw new PermissionError(`cannot read what process ${pid} has in its memory`, {
        operation: "attach",
        errno: -errno,
        cause,
        remedy: "Needs CAP_SYS_PTRACE for a process of another user",
      });
    throw new InvalidArgumentError(`there is no process ${pid}`);
  }
}
