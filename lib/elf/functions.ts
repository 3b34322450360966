import { ElfError } from "../errors/index.ts";
import { firstReservedSection, sectionTypes, symbolTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";
import type { ElfSegment } from "./parts.ts";
import type { SymbolTable } from "./symbol-table.ts";
import { type SymbolVersion, SymbolVersions } from "./symbol-versions.ts";

/** A function that a program or library defines. */
export interface ElfFunction {
  /** The name without its version. */
  readonly name: string;
  /** The version, for example `GLIBC_2.14`. Undefined if it has none. */
  readonly version: string | undefined;
  /** Whether only references to its version resolve to it: `name@VERSION` instead of `name@@VERSION`. */
  readonly hidden: boolean;
  /** The offset in bytes from the start of the file. */
  readonly offset: number;
  /** Whether it is an indirect function (IFUNC): its code selects the implementation that callers run. */
  readonly indirect: boolean;
  /** The source file of a static function, if the symbol table contains it. */
  readonly source: string | undefined;
}

const unversioned: SymbolVersion = { name: undefined, hidden: false };

/** The functions of a program or library, from both of its symbol tables. */
export class ElfFunctions {
  readonly #segments: readonly ElfSegment[];
  readonly #elf: ElfFile;
  readonly #tables: readonly SymbolTable[];
  readonly #versions: SymbolVersions | undefined;

  /** @throws {@link ElfError} when the file is malformed or has no executable segment. */
  constructor(elf: ElfFile) {
    this.#elf = elf;
    this.#segments = elf.segments().filter(({ executable }) => executable);
    if (this.#segments.length === 0)
      throw new ElfError("ELF file has no executable segment: it is not a program or a library");
    const tables = [elf.symbolTable(sectionTypes.dynsym), elf.symbolTable(sectionTypes.symtab)];
    this.#tables = tables.filter((table) => table !== undefined);
    this.#versions = SymbolVersions.read(elf);
  }

  /** All functions with a name, in all versions. Each place occurs once for each version. */
  named(name: string): ElfFunction[] {
    return this.#collect((table) => table.named(name).filter((index) => isFunction(table, index)), true);
  }

  /** All functions whose name, without the version, passes a test. */
  select(test: (name: string) => boolean): ElfFunction[] {
    return this.#collect(
      (table) => table.select((index) => isFunction(table, index) && test(withoutVersion(table.name(index)))),
      false,
    );
  }

  /** The names of all functions, without versions. */
  names(): Set<string> {
    const names = new Set<string>();
    for (const table of this.#tables) {
      for (const index of table.select((each) => isFunction(table, each)))
        names.add(withoutVersion(table.name(index)));
    }
    return names;
  }

  #collect(indexesOf: (table: SymbolTable) => readonly number[], withSource: boolean): ElfFunction[] {
    const found: ElfFunction[] = [];
    // An exported function is in both tables. The first table has its version.
    const exported = new Set<string>();
    const seen = new Set<string>();
    for (const table of this.#tables) {
      const dynamic = table.section.type === sectionTypes.dynsym;
      for (const index of indexesOf(table)) {
        const offset = this.#offset(table, index);
        if (offset === undefined) continue;
        const [name, version] = this.#versioned(table, index);
        const place = `${name}@${offset}`;
        const key = `${place}@${version.name ?? ""}`;
        if (seen.has(key) || (!dynamic && exported.has(place))) continue;
        seen.add(key);
        if (dynamic) exported.add(place);
        found.push({
          name,
          version: version.name,
          hidden: version.hidden,
          offset,
          indirect: table.type(index) === symbolTypes.gnuIfunc,
          source: withSource ? table.sourceOf(index) : undefined,
        });
      }
    }
    return found;
  }

  // In .symtab the version is part of the name: memcpy@@GLIBC_2.14.
  #versioned(table: SymbolTable, index: number): [string, SymbolVersion] {
    const name = table.name(index);
    if (table.section.type === sectionTypes.dynsym) return [name, this.#versions?.of(index) ?? unversioned];
    const bare = withoutVersion(name);
    if (bare === name) return [name, unversioned];
    const hidden = name[bare.length + 1] !== "@";
    return [bare, { name: name.slice(bare.length + (hidden ? 1 : 2)), hidden }];
  }

  #offset(table: SymbolTable, index: number): number | undefined {
    const section = table.sectionIndex(index);
    if (section >= firstReservedSection) return undefined;
    // A file of debug information has the symbols but no code.
    if (this.#elf.sections[section]?.type === sectionTypes.nobits) return undefined;
    const address = table.value(index);
    const segment = this.#segments.find(
      (each) => address >= each.address && address < each.address + each.fileSize,
    );
    return segment && segment.offset + (address - segment.address);
  }
}

function isFunction(table: SymbolTable, index: number): boolean {
  const type = table.type(index);
  return (type === symbolTypes.func || type === symbolTypes.gnuIfunc) && table.sectionIndex(index) !== 0;
}

function withoutVersion(name: string): string {
  const at = name.indexOf("@", 1);
  return at < 0 ? name : name.slice(0, at);
}
