import { ElfError } from "../errors/index.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";
import { StringTable } from "./string-table.ts";
import type { ElfWords } from "./words.ts";

export interface SymbolVersion {
  /** The version, for example `GLIBC_2.14`. Undefined for a symbol without a version. */
  readonly name: string | undefined;
  /** Whether only references to this version resolve to the symbol: `@` instead of `@@`. */
  readonly hidden: boolean;
}

const HIDDEN = 0x8000;
// VER_NDX_LOCAL and VER_NDX_GLOBAL: no version.
const FIRST_VERSION = 2;
const VERDEF_SIZE = 20;
const VERDAUX_SIZE = 8;

/** The versions of the symbols that a library defines, from .gnu.version and .gnu.version_d. */
export class SymbolVersions {
  readonly #words: ElfWords;
  readonly #length: number;
  readonly #names: ReadonlyMap<number, string>;

  private constructor(words: ElfWords, length: number, names: ReadonlyMap<number, string>) {
    this.#words = words;
    this.#length = length;
    this.#names = names;
  }

  /**
   * The versions of the dynamic symbols. Undefined if the file has no versions.
   *
   * @throws {@link ElfError} when the sections are malformed.
   */
  static read(elf: ElfFile): SymbolVersions | undefined {
    const section = elf.sections.find(({ type }) => type === sectionTypes.gnuVersym);
    if (section === undefined) return undefined;
    if (section.entrySize !== 2) throw new ElfError(`ELF symbol versions of ${section.entrySize} bytes`);
    const { data } = section;
    return new SymbolVersions(elf.words(data), Math.floor(data.length / 2), definedVersions(elf));
  }

  /** The version of the dynamic symbol with an index. */
  of(symbol: number): SymbolVersion {
    const entry = symbol < this.#length ? this.#words.u16(symbol * 2) : 0;
    return { name: this.#names.get(entry & ~HIDDEN), hidden: (entry & HIDDEN) !== 0 };
  }
}

function definedVersions(elf: ElfFile): Map<number, string> {
  const found = new Map<number, string>();
  const section = elf.sections.find(({ type }) => type === sectionTypes.gnuVerdef);
  const strings = section && elf.sections[section.link];
  if (section === undefined || strings === undefined) return found;
  const { data } = section;
  const words = elf.words(data);
  const names = new StringTable(strings.data, (problem) => new ElfError(`ELF version names: ${problem}`));
  for (let at = 0, next = -1; next !== 0; at += next) {
    if (at + VERDEF_SIZE > data.length) throw new ElfError("ELF version definition lies outside its section");
    const index = words.u16(at + 4);
    const name = at + words.u32(at + 12);
    if (name + VERDAUX_SIZE > data.length) throw new ElfError("ELF version name lies outside its section");
    // The first name is that of the version; the others are its parents. The entry of the file itself is not a version.
    if (index >= FIRST_VERSION) found.set(index, names.at(words.u32(name)));
    next = words.u32(at + 16);
  }
  return found;
}
