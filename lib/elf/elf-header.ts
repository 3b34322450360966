import { ElfError } from "../errors/index.ts";
import type { ElfSource } from "./elf-source.ts";
import { ElfWords } from "./words.ts";

/** A table in the file with entries of one size. */
export interface ElfTable {
  /** The offset in bytes from the start of the file. 0 if the file has no such table. */
  readonly offset: number;
  readonly count: number;
  /** The size of an entry in bytes. */
  readonly entrySize: number;
}

/** The header of an ELF file of any class, byte order and machine. */
export interface ElfHeader {
  readonly is64: boolean;
  readonly littleEndian: boolean;
  /** ET_* */
  readonly type: number;
  /** EM_* */
  readonly machine: number;
  readonly segments: ElfTable;
  readonly sections: ElfTable;
  /** The index of the section that contains the section names. */
  readonly namesIndex: number;
}

/** The sizes of the structures of a class, and the offsets of their fields. */
export interface ElfLayout {
  readonly header: number;
  readonly sectionHeader: {
    size: number;
    flags: number;
    address: number;
    offset: number;
    length: number;
    link: number;
    info: number;
    alignment: number;
    entrySize: number;
  };
  readonly segmentHeader: {
    size: number;
    flags: number;
    offset: number;
    address: number;
    fileSize: number;
    memorySize: number;
  };
  readonly symbol: {
    size: number;
    value: number;
    length: number;
    info: number;
    other: number;
    section: number;
  };
  readonly rel: number;
  readonly rela: number;
}

const layout64: ElfLayout = {
  header: 64,
  sectionHeader: {
    size: 64,
    flags: 8,
    address: 16,
    offset: 24,
    length: 32,
    link: 40,
    info: 44,
    alignment: 48,
    entrySize: 56,
  },
  segmentHeader: { size: 56, flags: 4, offset: 8, address: 16, fileSize: 32, memorySize: 40 },
  symbol: { size: 24, value: 8, length: 16, info: 4, other: 5, section: 6 },
  rel: 16,
  rela: 24,
};

const layout32: ElfLayout = {
  header: 52,
  sectionHeader: {
    size: 40,
    flags: 8,
    address: 12,
    offset: 16,
    length: 20,
    link: 24,
    info: 28,
    alignment: 32,
    entrySize: 36,
  },
  segmentHeader: { size: 32, flags: 24, offset: 4, address: 8, fileSize: 16, memorySize: 20 },
  symbol: { size: 16, value: 4, length: 8, info: 12, other: 13, section: 14 },
  rel: 8,
  rela: 12,
};

export function layoutOf(header: Pick<ElfHeader, "is64">): ElfLayout {
  return header.is64 ? layout64 : layout32;
}

/**
 * Reads only the header, not the tables that it refers to.
 *
 * @throws {@link ElfError} when the bytes are not an ELF file, or end within the header.
 */
export function readHeader(source: ElfSource): ElfHeader {
  const start = source.read(0, Math.min(source.size, layout64.header));
  checkMagic(start);
  const [, , , , fileClass, order] = start;
  if (fileClass !== 1 && fileClass !== 2) throw new ElfError(`ELF class ${fileClass} is unknown`);
  if (order !== 1 && order !== 2) throw new ElfError(`ELF byte order ${order} is unknown`);
  const is64 = fileClass === 2;
  const littleEndian = order === 1;
  const layout = layoutOf({ is64 });
  if (start.length < layout.header) throw new ElfError("ELF file ends within its header");
  const words = new ElfWords(start, littleEndian, is64);
  const wordSize = is64 ? 8 : 4;
  // After the two offsets come four bytes of flags and two bytes with the size of the header.
  const counts = 24 + 3 * wordSize + 4 + 2;
  return {
    is64,
    littleEndian,
    type: words.u16(16),
    machine: words.u16(18),
    segments: {
      offset: words.word(24 + wordSize),
      entrySize: words.u16(counts),
      count: words.u16(counts + 2),
    },
    sections: {
      offset: words.word(24 + 2 * wordSize),
      entrySize: words.u16(counts + 4),
      count: words.u16(counts + 6),
    },
    namesIndex: words.u16(counts + 8),
  };
}

function checkMagic(bytes: Uint8Array): void {
  const [a, b, c, d] = bytes;
  if (a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46) {
    if (bytes.length < 6) throw new ElfError("ELF file ends within its header");
    return;
  }
  if (bytes.length === 0) throw new ElfError("not an ELF file: it is empty");
  if (a === 0x42 && b === 0x43 && c === 0xc0 && d === 0xde) {
    throw new ElfError("LLVM bitcode, not an ELF file", {
      remedy: "Compile without -emit-llvm, or run llc -march=bpf",
    });
  }
  throw new ElfError("not an ELF file: the magic number is wrong");
}
