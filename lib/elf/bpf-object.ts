import { ElfError, NotBpfError } from "../errors/index.ts";
import { fileTypes, isBpfMachine, machineName } from "./constants.ts";
import { ElfFile } from "./elf-file.ts";
import { readHeader } from "./elf-header.ts";
import { bytesSource } from "./elf-source.ts";

/**
 * Reads a relocatable 64-bit ELF file for the BPF machine, of either byte order.
 *
 * @param bytes - The file. The bytes are not copied: do not change them.
 * @throws {@link ElfError} when the bytes are not an ELF file, or the file is truncated or inconsistent.
 * @throws {@link NotBpfError} when the file is for another machine.
 */
export function readBpfObject(bytes: Uint8Array): ElfFile {
  const source = bytesSource(bytes);
  const header = readHeader(source);
  if (!header.is64) throw new NotBpfError("a 32-bit ELF file; BPF objects are 64-bit ELF files");
  if (!isBpfMachine(header.machine)) {
    throw new NotBpfError(`an ELF file for ${machineName(header.machine)}, not for BPF`, {
      remedy: "Compile with clang -target bpf",
    });
  }
  if (header.type !== fileTypes.relocatable) {
    throw new ElfError(
      `ELF file of type ${header.type}; BPF objects are relocatable (type 1), as clang -c creates them`,
    );
  }
  return new ElfFile(source, header);
}
