import type { Btf, BtfLinkage, TypeId } from "../../btf/index.ts";
import {
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  sectionFlags,
  sectionTypes,
  symbolBindings,
  symbolTypes,
  symbolVisibilities,
} from "../../elf/index.ts";
import { NoBtfError, ObjectFormatError } from "../../errors/index.ts";

/** The kernel accepts no value size above INT_MAX. */
const MAX_SECTION = 0x7fff_ffff;

/** A variable that BTF lists for a section, completed from its ELF symbol. */
export interface SectionVariable {
  readonly name: string;
  /** The VAR, which decl tags belong to. */
  readonly declaration: TypeId;
  /** The type of the variable, behind the VAR. */
  readonly type: TypeId;
  readonly linkage: BtfLinkage;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** An object that is being read: its ELF file, its BTF, and shared queries about both. */
export class ObjectSource {
  readonly elf: ElfFile;
  readonly btf: Btf | undefined;
  #dataSections: readonly ElfSection[] | undefined;
  #bySection: Map<number, ElfSymbol[]> | undefined;
  #globals: Map<string, ElfSymbol> | undefined;
  readonly #variables = new Map<string, readonly SectionVariable[] | undefined>();

  constructor(elf: ElfFile, btf: Btf | undefined) {
    this.elf = elf;
    this.btf = btf;
  }

  /** @throws {@link NoBtfError} */
  needBtf(why: string): Btf {
    if (this.btf === undefined) throw new NoBtfError(`${why} are described by BTF, and the object has none`);
    return this.btf;
  }

  /** The sections of global variables, each of which becomes a map. */
  dataSections(): readonly ElfSection[] {
    this.#dataSections ??= this.#findDataSections();
    return this.#dataSections;
  }

  #findDataSections(): ElfSection[] {
    const named = (section: ElfSection, name: string): boolean =>
      section.name === name || section.name.startsWith(`${name}.`);
    return this.elf.sections.filter((section) => {
      if (section.size === 0 || (section.flags & sectionFlags.execInstr) !== 0) return false;
      const isData =
        section.type === sectionTypes.progbits
          ? named(section, ".data") || named(section, ".rodata")
          : section.type === sectionTypes.nobits && named(section, ".bss");
      if (isData && section.size > MAX_SECTION) {
        throw new ObjectFormatError(`${section.size} bytes, the kernel takes ${MAX_SECTION}`, {
          section: section.name,
        });
      }
      return isData;
    });
  }

  /** The symbol that defines a global variable. */
  globalSymbol(name: string): ElfSymbol | undefined {
    if (this.#globals === undefined) {
      this.#globals = new Map();
      for (const symbol of this.elf.symbols) {
        if (symbol.type !== symbolTypes.object) continue;
        if (symbol.binding !== symbolBindings.global && symbol.binding !== symbolBindings.weak) continue;
        if (!this.#globals.has(symbol.name)) this.#globals.set(symbol.name, symbol);
      }
    }
    return this.#globals.get(name);
  }

  /** The symbols of a section, in the order of the symbol table. */
  symbolsIn(section: ElfSection): readonly ElfSymbol[] {
    if (this.#bySection === undefined) {
      this.#bySection = new Map();
      for (const symbol of this.elf.symbols) {
        const found = this.#bySection.get(symbol.section);
        if (found === undefined) this.#bySection.set(symbol.section, [symbol]);
        else found.push(symbol);
      }
    }
    return this.#bySection.get(section.index) ?? [];
  }

  /**
   * The variables of a section, by offset; undefined when BTF does not list the section.
   *
   * clang leaves the offsets of global variables at 0, and the loader reads them from the symbols. Linked objects and
   * static variables have offsets. Hidden variables are treated as static, as in libbpf.
   */
  variables(section: ElfSection): readonly SectionVariable[] | undefined {
    if (this.#variables.has(section.name)) return this.#variables.get(section.name);
    const variables = this.#readVariables(section);
    this.#variables.set(section.name, variables);
    return variables;
  }

  #readVariables(section: ElfSection): readonly SectionVariable[] | undefined {
    const datasec = this.btf?.find(section.name, "datasec");
    if (this.btf === undefined || datasec?.kind !== "datasec") return undefined;
    const variables: SectionVariable[] = [];
    for (const entry of datasec.vars) {
      const variable = this.btf.type(entry.type);
      if (variable.kind !== "var") {
        throw new ObjectFormatError(
          `BTF lists "${variable.name}" as a variable, which is a ${variable.kind}`,
          { section: section.name },
        );
      }
      const { name, type } = variable;
      let { linkage } = variable;
      let { offset, size } = entry;
      if (linkage === "global") {
        const symbol = this.globalSymbol(name);
        if (symbol === undefined)
          throw new ObjectFormatError(`variable "${name}" has no symbol`, { section: section.name });
        if (datasec.size === 0) offset = symbol.value;
        // A struct with a flexible array is longer than its type when it has an initial value.
        if (symbol.section === section.index) size = Math.max(size, symbol.size);
        const { hidden, internal } = symbolVisibilities;
        if (symbol.visibility === hidden || symbol.visibility === internal) linkage = "static";
      }
      if (offset + size > section.size) {
        throw new ObjectFormatError(`variable "${name}" ends at byte ${offset + size} of ${section.size}`, {
          section: section.name,
        });
      }
      variables.push({ name, declaration: variable.id, type, linkage, offset, size });
    }
    return variables.sort((a, b) => a.offset - b.offset);
  }
}

/** The last of several ordered items that begins at or before an offset. */
export function lastAtOrBefore<T>(
  items: readonly T[],
  place: number,
  startOf: (item: T) => number,
): T | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(items[middle] as T) <= place) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
