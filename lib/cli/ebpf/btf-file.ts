import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Btf, type BtfOptions } from "../../btf/index.ts";
import { ElfFile, fileSource } from "../../elf/index.ts";
import { NoBtfError } from "../../errors/index.ts";

const elfMagic = Buffer.from("\x7fELF", "latin1");

/**
 * The types in a file: raw BTF, or an ELF file with a `.BTF` section.
 *
 * @throws {@link NoBtfError} when an ELF file has no such section. {@link BtfError} or {@link ElfError} when the file is
 * malformed.
 */
export function readBtfFile(path: string, options: BtfOptions = {}): Btf {
  const fd = openSync(path, "r");
  try {
    const magic = Buffer.alloc(elfMagic.length);
    readSync(fd, magic, 0, magic.length, 0);
    if (!magic.equals(elfMagic)) return Btf.parse(readFileSync(path), options);
    // A kernel image with its debug information can have a gigabyte: only this section is read.
    const section = new ElfFile(fileSource(fd)).section(".BTF");
    if (section === undefined) {
      throw new NoBtfError(`${path} has no .BTF section`, {
        remedy: "Pass an image of a kernel with CONFIG_DEBUG_INFO_BTF, or its /sys/kernel/btf/vmlinux",
      });
    }
    return Btf.parse(section.data, options);
  } finally {
    closeSync(fd);
  }
}
