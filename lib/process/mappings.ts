import { readFileSync } from "node:fs";
import { EACCES, EPERM } from "../errors/errno.ts";
import { InvalidArgumentError, PermissionError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";

/** An executable part of the memory of a process. */
export interface CodeMapping {
  /** The address range, which is its name in /proc/PID/map_files. */
  readonly range: string;
  readonly start: bigint;
  /** The address after its last byte. */
  readonly end: bigint;
  /** The offset of its start in the file, in bytes. */
  readonly offset: bigint;
  readonly device: string;
  /** The inode number of the file. */
  readonly inode: string;
  /**
   * The path as in /proc/PID/maps. For a file that was removed or replaced, it ends with ` (deleted)`. It is `[vdso]`
   * or similar for special memory, and empty for other memory without a file.
   */
  readonly path: string;
}

/** A file whose code is mapped into the memory of a process. */
export type MappedFile = Pick<CodeMapping, "range" | "inode" | "path">;

/**
 * The files whose code is mapped into the memory of a process, each once.
 *
 * @throws {@link InvalidArgumentError} when there is no such process.
 * @throws {@link PermissionError} for a process of another user, without CAP_SYS_PTRACE.
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
 * @throws The errors of {@link mappedFiles}.
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
      throw new PermissionError(`cannot read the memory mappings of process ${pid}`, {
        operation: "attach",
        errno: -errno,
        cause,
        remedy: "Needs CAP_SYS_PTRACE for a process of another user",
      });
    rethrowUnlessMissing(`/proc/${pid}/maps`, cause);
    throw new InvalidArgumentError(`there is no process ${pid}`);
  }
}
