import { ElfError } from "../errors/index.ts";
import { sectionTypes, segmentFlags, segmentTypes } from "./constants.ts";
import { type ElfHeader, type ElfLayout, layoutOf, readHeader } from "./elf-header.ts";
import { bytesSource, type ElfSource } from "./elf-source.ts";
import type { ElfRelocation, ElfSection, ElfSegment, ElfSymbol } from "./parts.ts";
import { StringTable } from "./string-table.ts";
import { SymbolTable } from "./symbol-table.ts";
import { ElfWords } from "./words.ts";

/** An ELF file of any class, byte order and machine. */
export class ElfFile {
  readonly header: ElfHeader;
  readonly layout: ElfLayout;
  readonly sections: readonly ElfSection[];
  readonly #source: ElfSource;
  #symbols: readonly ElfSymbol[] | undefined;

  /**
   * Reads the headers, and checks that each section is within the file.
   *
   * @param from - The bytes of the file, which are not copied: do not change them. Or a source to read from.
   * @throws {@link ElfError} when it is not an ELF file, or the file is truncated or inconsistent.
   */
  constructor(from: Uint8Array | ElfSource, header?: ElfHeader) {
    this.#source = from instanceof Uint8Array ? bytesSource(from) : from;
    this.header = header ?? readHeader(this.#source);
    this.layout = layoutOf(this.header);
    this.sections = this.#readSections();
  }

  get littleEndian(): boolean {
    return this.header.littleEndian;
  }

  /** The first section with a name. */
  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** A reader for the numbers of a section or of other bytes of the file. */
  words(bytes: Uint8Array): ElfWords {
    return new ElfWords(bytes, this.header.littleEndian, this.header.is64);
  }

  /**
   * The segments that are mapped when the file is executed or loaded, in the order of the file.
   *
   * @throws {@link ElfError}
   */
  segments(): ElfSegment[] {
    const { size, flags, offset, address, fileSize, memorySize } = this.layout.segmentHeader;
    const { segments } = this.header;
    if (segments.count === 0) return [];
    // PN_XNUM: the header of the first section contains the number.
    const count = segments.count === 0xffff ? (this.sections[0]?.info ?? 0) : segments.count;
    if (segments.entrySize !== size) throw new ElfError(`ELF program headers of ${segments.entrySize} bytes`);
    const words = this.words(this.#read(segments.offset, count * size, "program headers"));
    const found: ElfSegment[] = [];
    for (let at = 0; at < count * size; at += size) {
      if (words.u32(at) !== segmentTypes.load) continue;
      const segment = {
        address: words.word(at + address),
        size: words.word(at + memorySize),
        offset: words.word(at + offset),
        fileSize: words.word(at + fileSize),
        executable: (words.u32(at + flags) & segmentFlags.exec) !== 0,
      };
      if (segment.fileSize > segment.size || segment.offset + segment.fileSize > this.#source.size)
        throw new ElfError(`ELF segment at ${segment.offset} ends outside of the file`);
      found.push(segment);
    }
    return found;
  }

  /** The symbols of the first section of a type, SHT_SYMTAB or SHT_DYNSYM. Undefined without such a section. */
  symbolTable(type: number): SymbolTable | undefined {
    const section = this.sections.find((each) => each.type === type);
    return section === undefined ? undefined : this.#symbolTable(section);
  }

  /** @throws {@link ElfError} when the symbol table is missing or malformed. */
  get symbols(): readonly ElfSymbol[] {
    this.#symbols ??= this.#readSymbols();
    return this.#symbols;
  }

  /**
   * The relocations of `target` from all relocation sections that apply to it.
   *
   * @throws {@link ElfError}
   */
  relocations(target: ElfSection): ElfRelocation[] {
    const { rel, rela } = this.layout;
    const { is64, littleEndian } = this.header;
    const found: ElfRelocation[] = [];
    for (const section of this.sections) {
      if (section.info !== target.index) continue;
      const size = section.type === sectionTypes.rel ? rel : section.type === sectionTypes.rela ? rela : 0;
      if (size === 0) continue;
      if (section.entrySize !== size) {
        throw new ElfError(`relocation section "${section.name}" has entries of ${section.entrySize} bytes`);
      }
      const { data } = section;
      const words = this.words(data);
      for (let at = 0; at + size <= data.length; at += size) {
        const info = words.u32(at + 4);
        const index = is64 ? words.u32(at + 8 + (littleEndian ? 4 : 0)) : info >>> 8;
        const symbol = this.symbols[index];
        if (symbol === undefined) throw new ElfError(`relocation for symbol ${index}, which does not exist`);
        const type = is64 ? words.u32(at + 8 + (littleEndian ? 0 : 4)) : info & 0xff;
        found.push({ offset: words.word(at), symbol, type });
      }
    }
    return found;
  }

  #read(offset: number, length: number, what: string): Uint8Array {
    if (offset + length > this.#source.size) throw new ElfError(`ELF ${what} lie outside the file`);
    return this.#source.read(offset, length);
  }

  #readSections(): ElfSection[] {
    const { size } = this.layout.sectionHeader;
    const { offset, entrySize } = this.header.sections;
    let { count } = this.header.sections;
    let { namesIndex } = this.header;
    if (offset === 0) throw new ElfError("ELF file has no sections");
    if (entrySize !== size) throw new ElfError(`ELF section headers of ${entrySize} bytes`);
    // Numbers that do not fit into the header are in the header of the first section.
    if (count === 0 || namesIndex === 0xffff) {
      const first = this.words(this.#read(offset, size, "section headers"));
      if (count === 0) count = first.word(this.layout.sectionHeader.length);
      if (namesIndex === 0xffff) namesIndex = first.u32(this.layout.sectionHeader.link);
    }
    const words = this.words(this.#read(offset, count * size, "section headers"));
    if (namesIndex >= count) throw new ElfError(`ELF section names are in section ${namesIndex} of ${count}`);
    const sections = Array.from({ length: count }, (_, index) => this.#readSection(words, index));
    const names = new StringTable(
      (sections[namesIndex] as Section).data,
      (problem) => new ElfError(`ELF section names: ${problem}`),
    );
    for (let index = 1; index < count; index++)
      (sections[index] as Section).name = names.at(words.u32(index * size));
    return sections;
  }

  #readSection(words: ElfWords, index: number): Section {
    const section = new Section(this.#source, words, index, this.layout.sectionHeader);
    const end = section.offset + section.fileSize;
    if (section.fileSize > 0 && end > this.#source.size)
      throw new ElfError(`ELF section ${index} ends at byte ${end}, the file at ${this.#source.size}`);
    return section;
  }

  #symbolTable(section: ElfSection): SymbolTable {
    return new SymbolTable(
      section,
      this.sections[section.link],
      this.layout.symbol,
      this.words(section.data),
    );
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
    const symbols = this.#symbolTable(table);
    return Array.from({ length: symbols.length }, (_, index) => symbols.at(index));
  }
}

class Section implements ElfSection {
  readonly index: number;
  name = "";
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
  readonly #source: ElfSource;
  #data: Uint8Array | undefined;

  constructor(source: ElfSource, words: ElfWords, index: number, at: ElfLayout["sectionHeader"]) {
    const start = index * at.size;
    this.#source = source;
    this.index = index;
    this.type = words.u32(start + 4);
    this.flags = words.word(start + at.flags);
    this.address = words.word(start + at.address);
    this.offset = words.word(start + at.offset);
    this.size = words.word(start + at.length);
    this.link = words.u32(start + at.link);
    this.info = words.u32(start + at.info);
    this.entrySize = words.word(start + at.entrySize);
  }

  /** The number of its bytes in the file. */
  get fileSize(): number {
    return this.type === sectionTypes.null || this.type === sectionTypes.nobits ? 0 : this.size;
  }

  get data(): Uint8Array {
    const length = this.fileSize;
    this.#data ??= length === 0 ? this.#source.read(0, 0) : this.#source.read(this.offset, length);
    return this.#data;
  }
}
