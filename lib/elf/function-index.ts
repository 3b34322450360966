import { firstReservedSection, sectionTypes, symbolTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";
import type { ElfSegment } from "./parts.ts";
import type { SymbolTable } from "./symbol-table.ts";

/** The function that contains a place of a file. */
export interface FunctionAt {
  /** The name without the version of the symbol. */
  readonly name: string;
  /** The offset in bytes from the start of the function. */
  readonly offset: number;
}

// Functions that begin inside another function are rare, and nested at most this deep in practice.
const NESTED = 4;

/** An index of the functions of a program or library by file offset. */
export class FunctionIndex {
  /** The start and end of each function in the file, ordered by start. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #symbols: readonly { table: SymbolTable; index: number }[];

  /**
   * @param elf - The program or library.
   * @param debug - The separate file of its debug information, which has the symbols that were stripped.
   * @throws {@link ElfError} when a file is malformed.
   */
  constructor(elf: ElfFile, debug?: ElfFile) {
    const segments = elf.segments().filter(({ executable }) => executable);
    const found = [elf, debug]
      .flatMap((file) => [
        file?.symbolTable(sectionTypes.dynsym),
        // A debug file has the section header without the contents.
        file?.symbolTable(sectionTypes.symtab),
      ])
      .filter((table) => table !== undefined)
      .flatMap((table) => functionsIn(table, segments));
    found.sort((a, b) => a.start - b.start || a.rank - b.rank);
    const distinct = found.filter(({ start }, i) => start !== found[i - 1]?.start);
    this.#starts = Float64Array.from(distinct, ({ start }) => start);
    this.#ends = Float64Array.from(distinct, ({ start, size, limit }, i) =>
      size > 0 ? start + size : Math.min(limit, distinct[i + 1]?.start ?? limit),
    );
    this.#symbols = distinct;
  }

  /** The function at a file offset in bytes. Undefined between functions. */
  find(place: number): FunctionAt | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= place) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && at >= low - NESTED; at--) {
      if (place >= (this.#ends[at] as number)) continue;
      const { table, index } = this.#symbols[at] as { table: SymbolTable; index: number };
      return { name: withoutVersion(table.name(index)), offset: place - (this.#starts[at] as number) };
    }
    return undefined;
  }
}

interface Found {
  start: number;
  size: number;
  /** The end of the segment. */
  limit: number;
  /** Of several names of one function, the name with the lowest rank is returned. */
  rank: number;
  table: SymbolTable;
  index: number;
}

function functionsIn(table: SymbolTable, segments: readonly ElfSegment[]): Found[] {
  const found: Found[] = [];
  for (let index = 1; index < table.length; index++) {
    const type = table.type(index);
    if (type !== symbolTypes.func && type !== symbolTypes.gnuIfunc) continue;
    const section = table.sectionIndex(index);
    if (section === 0 || section >= firstReservedSection) continue;
    const address = table.value(index);
    const segment = segments.find(
      (each) => address >= each.address && address < each.address + each.fileSize,
    );
    if (segment === undefined) continue;
    const name = table.name(index);
    found.push({
      start: segment.offset + (address - segment.address),
      size: table.size(index),
      limit: segment.offset + segment.fileSize,
      // Prefers read to __read and __GI___libc_read.
      rank: (name.search(/[^_]/) << 10) + Math.min(name.length, 1023),
      table,
      index,
    });
  }
  return found;
}

function withoutVersion(name: string): string {
  const at = name.indexOf("@", 1);
  return at < 0 ? name : name.slice(0, at);
}
