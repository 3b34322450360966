import { ElfError, NotBpfError } from "../errors.ts";
import { StringTable } from "./string-table.ts";

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const REL_SIZE = 16;
const RELA_SIZE = 24;

const EM_NONE = 0;
const EM_BPF = 247;
const ET_REL = 1;

const machineNames: Readonly<Record<number, string>> = {
  3: "x86",
  8: "MIPS",
  20: "PowerPC",
  21: "PowerPC64",
  22: "s390x",
  40: "ARM",
  62: "x86-64",
  183: "AArch64",
  243: "RISC-V",
  258: "LoongArch",
};

export const sectionTypes = {
  null: 0,
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  nobits: 8,
  rel: 9,
} as const;
export const sectionFlags = { write: 1, alloc: 2, execInstr: 4 } as const;
export const symbolTypes = { none: 0, object: 1, func: 2, section: 3 } as const;
export const symbolBindings = { local: 0, global: 1, weak: 2 } as const;
export const symbolVisibilities = { default: 0, internal: 1, hidden: 2, protected: 3 } as const;

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** SHT_* */
  readonly type: number;
  /** SHF_* */
  readonly flags: number;
  /** Bytes; those of a `nobits` section are not in the file. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  /** Bytes of an element in a section that is a table. */
  readonly entrySize: number;
  /** What the file holds, not copied; empty for a `nobits` section. */
  readonly data: Uint8Array;
}

export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  /** Bytes from the start of its section. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** STT_* */
  readonly type: number;
  /** STB_* */
  readonly binding: number;
  /** STV_* */
  readonly visibility: number;
  /** Index of its section; 0 when it is defined elsewhere, 0xff00 and up for special ones. */
  readonly section: number;
}

export interface ElfRelocation {
  /** Bytes from the start of the section that is relocated. */
  readonly offset: number;
  readonly symbol: ElfSymbol;
  readonly type: number;
}

/** A relocatable 64-bit ELF file for the BPF machine, of either byte order. */
export class ElfFile {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly sections: readonly ElfSection[];
  readonly #view: DataView;
  #symbols: readonly ElfSymbol[] | undefined;

  /**
   * Reads the headers. The bytes are kept and not copied: do not change them.
   *
   * @throws ElfError when the bytes are no ELF file, or one that is cut short or contradicts itself.
   * @throws NotBpfError when the file is for another machine.
   */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    checkMagic(bytes);
    this.littleEndian = bytes[5] === 1;
    this.#checkHeader();
    this.sections = this.#readSections();
  }

  /** The first section of that name. */
  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** @throws ElfError when there is no symbol table, or one that makes no sense. */
  get symbols(): readonly ElfSymbol[] {
    this.#symbols ??= this.#readSymbols();
    return this.#symbols;
  }

  /**
   * What changes when `target` is linked, from every relocation section for it.
   *
   * @throws ElfError
   */
  relocations(target: ElfSection): ElfRelocation[] {
    const found: ElfRelocation[] = [];
    for (const section of this.sections) {
      if (section.info !== target.index) continue;
      const size =
        section.type === sectionTypes.rel ? REL_SIZE : section.type === sectionTypes.rela ? RELA_SIZE : 0;
      if (size === 0) continue;
      if (section.entrySize !== size) {
        throw new ElfError(`relocation section "${section.name}" has entries of ${section.entrySize} bytes`);
      }
      const start = section.data.byteOffset - this.bytes.byteOffset;
      for (let at = 0; at + size <= section.size; at += size) {
        const index = this.#u32(start + at + 8 + (this.littleEndian ? 4 : 0));
        const symbol = this.symbols[index];
        if (symbol === undefined) throw new ElfError(`relocation for symbol ${index}, which does not exist`);
        const type = this.#u32(start + at + 8 + (this.littleEndian ? 0 : 4));
        found.push({ offset: this.#u64(start + at), symbol, type });
      }
    }
    return found;
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.littleEndian);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.littleEndian);
  }

  // Exact up to 2^53, and no file is that long: whatever is beyond fails the next comparison with a length.
  #u64(at: number): number {
    const low = this.#u32(at + (this.littleEndian ? 0 : 4));
    return this.#u32(at + (this.littleEndian ? 4 : 0)) * 0x1_0000_0000 + low;
  }

  #checkHeader(): void {
    const [, , , , fileClass, order] = this.bytes;
    if (fileClass === 1) throw new NotBpfError("a 32-bit ELF file; BPF objects are 64-bit ones");
    if (fileClass !== 2) throw new ElfError(`ELF class ${fileClass} is unknown`);
    if (order !== 1 && order !== 2) throw new ElfError(`ELF byte order ${order} is unknown`);
    if (this.bytes.length < HEADER_SIZE) throw new ElfError("ELF file ends within its header");
    const machine = this.#u16(18);
    // Old LLVM left the machine open.
    if (machine !== EM_BPF && machine !== EM_NONE) {
      const name = machineNames[machine] ?? `machine ${machine}`;
      throw new NotBpfError(`an ELF file for ${name}, not for BPF`, {
        remedy: "Compile with clang -target bpf",
      });
    }
    const type = this.#u16(16);
    if (type !== ET_REL) {
      throw new ElfError(
        `ELF file of type ${type}; BPF objects are relocatable (type 1), as clang -c makes them`,
      );
    }
  }

  #readSections(): ElfSection[] {
    const { bytes } = this;
    const tableOffset = this.#u64(40);
    let count = this.#u16(60);
    let namesIndex = this.#u16(62);
    if (tableOffset === 0) throw new ElfError("ELF file has no sections");
    if (this.#u16(58) !== SECTION_HEADER_SIZE)
      throw new ElfError(`ELF section headers of ${this.#u16(58)} bytes`);
    if (tableOffset + SECTION_HEADER_SIZE > bytes.length)
      throw new ElfError("ELF section headers lie outside the file");
    // Numbers that do not fit into the header stand in the first section.
    if (count === 0) count = this.#u64(tableOffset + 32);
    if (namesIndex === 0xffff) namesIndex = this.#u32(tableOffset + 40);
    if (tableOffset + count * SECTION_HEADER_SIZE > bytes.length) {
      throw new ElfError("ELF section headers lie outside the file");
    }
    if (namesIndex >= count) throw new ElfError(`ELF section names are in section ${namesIndex} of ${count}`);

    const dataOf = (index: number): Uint8Array => {
      const at = tableOffset + index * SECTION_HEADER_SIZE;
      const type = this.#u32(at + 4);
      const offset = this.#u64(at + 24);
      const size = this.#u64(at + 32);
      if (type === sectionTypes.null || type === sectionTypes.nobits || size === 0)
        return new Uint8Array(bytes.buffer, bytes.byteOffset, 0);
      if (offset + size > bytes.length) {
        throw new ElfError(`ELF section ${index} ends at byte ${offset + size}, the file at ${bytes.length}`);
      }
      // Not by subarray, which is another and slower one where the bytes are a Buffer.
      return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, size);
    };

    const names = new StringTable(
      dataOf(namesIndex),
      (problem) => new ElfError(`ELF section names: ${problem}`),
    );
    return Array.from({ length: count }, (_, index) => {
      const at = tableOffset + index * SECTION_HEADER_SIZE;
      return {
        index,
        name: index === 0 ? "" : names.at(this.#u32(at)),
        type: this.#u32(at + 4),
        flags: this.#u64(at + 8),
        size: this.#u64(at + 32),
        link: this.#u32(at + 40),
        info: this.#u32(at + 44),
        entrySize: this.#u64(at + 56),
        data: dataOf(index),
      };
    });
  }

  #readSymbols(): ElfSymbol[] {
    const tables = this.sections.filter((section) => section.type === sectionTypes.symtab);
    const [table] = tables;
    if (table === undefined) {
      throw new ElfError("ELF file has no symbol table", {
        remedy: "Strip with llvm-strip -g, which keeps the symbols",
      });
    }
    if (tables.length > 1) throw new ElfError("ELF file has more than one symbol table");
    if (table.entrySize !== SYMBOL_SIZE) throw new ElfError(`ELF symbols of ${table.entrySize} bytes`);
    const strings = this.sections[table.link];
    if (strings?.type !== sectionTypes.strtab)
      throw new ElfError("ELF symbol names are not in a string table");
    const names = new StringTable(strings.data, (problem) => new ElfError(`ELF symbol names: ${problem}`));
    const start = table.data.byteOffset - this.bytes.byteOffset;
    return Array.from({ length: Math.floor(table.data.length / SYMBOL_SIZE) }, (_, index) => {
      const at = start + index * SYMBOL_SIZE;
      const info = this.#view.getUint8(at + 4);
      const name = this.#u32(at);
      return {
        index,
        name: name === 0 ? "" : names.at(name),
        value: this.#u64(at + 8),
        size: this.#u64(at + 16),
        type: info & 0xf,
        binding: info >>> 4,
        visibility: this.#view.getUint8(at + 5) & 3,
        section: this.#u16(at + 6),
      };
    });
  }
}

function checkMagic(bytes: Uint8Array): void {
  const [a, b, c, d] = bytes;
  if (a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46) {
    if (bytes.length < 6) throw new ElfError("ELF file ends within its header");
    return;
  }
  if (bytes.length === 0) throw new ElfError("no ELF file: it is empty");
  if (a === 0x42 && b === 0x43 && c === 0xc0 && d === 0xde) {
    throw new ElfError("no ELF file but LLVM bitcode", {
      remedy: "Compile without -emit-llvm, or run llc -march=bpf",
    });
  }
  throw new ElfError("no ELF file: the magic number is wrong");
}
