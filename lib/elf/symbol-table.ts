import { ElfError } from "../errors/index.ts";
import { sectionTypes, symbolBindings, symbolTypes } from "./constants.ts";
import type { ElfLayout } from "./elf-header.ts";
import type { ElfSection, ElfSymbol } from "./parts.ts";
import { StringTable } from "./string-table.ts";
import type { ElfWords } from "./words.ts";

/** The symbols of one section. Each is decoded on access, because a binary can have a million symbols. */
export class SymbolTable {
  readonly length: number;
  readonly section: ElfSection;
  readonly #words: ElfWords;
  readonly #layout: ElfLayout["symbol"];
  readonly #names: StringTable;

  /** @throws {@link ElfError} when the table is malformed. */
  constructor(
    section: ElfSection,
    strings: ElfSection | undefined,
    layout: ElfLayout["symbol"],
    words: ElfWords,
  ) {
    this.section = section;
    this.#layout = layout;
    if (section.entrySize !== this.#layout.size)
      throw new ElfError(`ELF symbols of ${section.entrySize} bytes`);
    if (strings?.type !== sectionTypes.strtab)
      throw new ElfError("ELF symbol names are not in a string table");
    this.#names = new StringTable(strings.data, (problem) => new ElfError(`ELF symbol names: ${problem}`));
    this.#words = words;
    this.length = Math.floor(section.data.length / this.#layout.size);
  }

  /** @throws {@link ElfError} when its name is not in the table of names. */
  at(index: number): ElfSymbol {
    const words = this.#words;
    const layout = this.#layout;
    const start = index * layout.size;
    const info = words.u8(start + layout.info);
    return {
      index,
      name: this.name(index),
      value: words.word(start + layout.value),
      size: words.word(start + layout.length),
      type: info & 0xf,
      binding: info >>> 4,
      visibility: words.u8(start + layout.other) & 3,
      section: words.u16(start + layout.section),
    };
  }

  name(index: number): string {
    const at = this.#words.u32(index * this.#layout.size);
    return at === 0 ? "" : this.#names.at(at);
  }

  value(index: number): number {
    return this.#words.word(index * this.#layout.size + this.#layout.value);
  }

  /** Bytes. */
  size(index: number): number {
    return this.#words.word(index * this.#layout.size + this.#layout.length);
  }

  /** STT_* */
  type(index: number): number {
    return this.#info(index) & 0xf;
  }

  sectionIndex(index: number): number {
    return this.#words.u16(index * this.#layout.size + this.#layout.section);
  }

  /** The symbols with a name, with or without a version suffix. */
  named(name: string): number[] {
    const offsets = this.#names.startsOf(name, "\0@");
    if (offsets.size === 0) return [];
    return this.select((index) => offsets.has(this.#words.u32(index * this.#layout.size)));
  }

  /** The indexes of the symbols that pass a test. The first entry of a table is not a symbol. */
  select(test: (index: number) => boolean): number[] {
    const found: number[] = [];
    for (let index = 1; index < this.length; index++) {
      if (test(index)) found.push(index);
    }
    return found;
  }

  /** The source file of a static symbol. A file symbol precedes the symbols of each source file. */
  sourceOf(index: number): string | undefined {
    if (this.#binding(index) !== symbolBindings.local) return undefined;
    for (let i = index - 1; i > 0; i--) {
      if (this.type(i) === symbolTypes.file) return this.name(i) || undefined;
    }
    return undefined;
  }

  #binding(index: number): number {
    return this.#info(index) >>> 4;
  }

  #info(index: number): number {
    return this.#words.u8(index * this.#layout.size + this.#layout.info);
  }
}
