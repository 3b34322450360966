import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { buildId, ElfFile, FunctionIndex, fileSource } from "../elf/index.ts";
import { rethrowUnlessHidden } from "../kernel/file-error.ts";
import { withElf } from "./binary-file.ts";

/** The functions of a binary by file offset, and its build ID. */
export interface BinaryIndex {
  readonly buildId: string | undefined;
  readonly functions: FunctionIndex;
}

/**
 * Reads the functions of a binary, and those of its debug information if it is installed.
 *
 * @param debugFolders - Folders with files `.build-id/ab/cdef….debug`.
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link InvalidArgumentError} when it cannot be read or is not an ELF file.
 */
export function readBinaryIndex(path: string, debugFolders: readonly string[]): BinaryIndex {
  return withElf(path, (elf) => {
    const id = buildId(elf);
    const functions = withDebugFile(id, debugFolders, (debug) => new FunctionIndex(elf, debug));
    return { buildId: id, functions };
  });
}

function withDebugFile<T>(
  id: string | undefined,
  folders: readonly string[],
  use: (debug: ElfFile | undefined) => T,
): T {
  for (const folder of id === undefined ? [] : folders) {
    const path = join(folder, ".build-id", (id as string).slice(0, 2), `${(id as string).slice(2)}.debug`);
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (cause) {
      rethrowUnlessHidden(path, cause);
      continue;
    }
    try {
      const debug = new ElfFile(fileSource(fd));
      // A file from another build would have wrong names.
      if (buildId(debug) === id) return use(debug);
    } catch {
      // A malformed one gives no names; those of the binary itself are left.
    } finally {
      closeSync(fd);
    }
  }
  return use(undefined);
}
