import { readFileSync } from "node:fs";
import { EACCES, EPERM } from "../errors/errno.ts";
import { InvalidArgumentError, PermissionError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";

/** A part of a process's memory whose contents can run. */
export interface CodeMapping {
  /** Its name in /proc/PID/map_files: where it is in memory. */
  readonly range: string;
  readonly start: bigint;
  /** Behind its last byte. */
  readonly end: bigint;
  /** Where it begins in the file. */
  readonly offset: bigint;
  readonly device: string;
  /** Number of its inode. */
  readonly inode: string;
  /**
   * The path, as /proc/PID/maps has it: of a file that was removed or replaced, ` (deleted)` follows it. `[vdso]` and
   * the like for special memory, and nothing for other memory without a file.
   */
  readonly path: string;
}

/** A file whose code a process has in its memory. */
export type MappedFile = Pick<CodeMapping, "range" | "inode" | "path">;

/**
 * The files whose code a process has in its memory, each once.
 *
 * @throws {@link InvalidArgumentError} when there is no such process.
 * @throws {@link PermissionError} when it is another user's, without CAP_SYS_PTRACE.
 */
export function mappedFiles(pid: number): MappedFile[] {
  const found = new Map<string, MappedFile>();
  for (const mapping of codeMappings(pid)) {
    const file = `${mapping.device} ${mapping.inode} ${mapping.path}`;
    if (mapping.path.startsWith("/") && !found.has(file)) found.set(file, mapping);
  }
  return [...found.values()];
}

/**
 * The executable mappings of a process, by address.
 *
 * @throws as {@link mappedFiles}.
 */
export function codeMappings(pid: number): CodeMapping[] {
  const lines = readMaps(pid).matchAll(/^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+) *(.*)$/gm);
  return Array.from(
    lines,
    ([, start = "", end = "", offset = "", device = "", inode = "", escaped = ""]) => ({
      range: `${start}-${end}`,
      start: BigInt(`0x${start}`),
      end: BigInt(`0x${end}`),
      offset: BigInt(`0x${offset}`),
      device,
      inode,
      path: escaped.replaceAll("\\012", "\n"),
    }),
  );
}

function readMaps(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    if (-errno === EACCES || -errno === EPERM)
      throw new PermissionError(`cannot read what process ${pid} has in its memory`, {
        operation: "attach",
        errno: -errno,
        cause,
        remedy: "Needs CAP_SYS_PTRACE for a process of another user",
      });
    rethrowUnlessMissing(`/proc/${pid}/maps`, cause);
    throw new InvalidArgumentError(`there is no process ${pid}`);
  }
}
