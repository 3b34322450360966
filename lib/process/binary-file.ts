import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { ElfFile, fileSource, machineName } from "../elf/index.ts";
import { ElfError, InvalidArgumentError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";

/**
 * Calls `use` with a binary, and closes the file afterwards.
 *
 * @throws {@link ElfError} when the binary is malformed.
 * @throws {@link InvalidArgumentError} when it does not exist, is not an ELF file, or is for another machine.
 * @throws {@link PermissionError}, {@link SystemError} when it cannot be opened.
 */
export function withElf<T>(path: string, use: (elf: ElfFile) => T): T {
  const fd = openBinary(path);
  try {
    const source = fileSource(fd);
    if (!isElf(source.read(0, Math.min(4, source.size))))
      throw new InvalidArgumentError(`"${path}" is not an ELF file`);
    const elf = new ElfFile(source);
    requireThisMachine(path, elf.header.machine);
    return use(elf);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    throw new ElfError(`binary "${path}" is malformed: ${error.message}`, { cause: error });
  } finally {
    closeSync(fd);
  }
}

function openBinary(path: string): number {
  try {
    // O_NONBLOCK: opening a FIFO would otherwise block until it has a writer.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch (cause) {
    rethrowUnlessMissing(path, cause);
    throw new InvalidArgumentError(
      `cannot read binary "${path}": ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  throw new InvalidArgumentError(`binary "${path}" is not a regular file`);
}

function isElf([a, b, c, d]: Uint8Array): boolean {
  return a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46;
}

// The EM_* values of the binaries that a kernel of each architecture runs, including 32-bit ones.
const machines: Partial<Record<NodeJS.Architecture, readonly number[]>> = {
  x64: [62, 3],
  ia32: [62, 3],
  arm64: [183, 40],
  arm: [183, 40],
  riscv64: [243],
  s390x: [22],
  ppc64: [21, 20],
  loong64: [258],
};

function requireThisMachine(path: string, machine: number): void {
  if (machines[process.arch]?.includes(machine) === false)
    throw new InvalidArgumentError(
      `binary "${path}" is for ${machineName(machine)}, and this machine does not run it`,
    );
}
