import type { ElfFile, ElfSection, ElfSymbol } from "../elf/index.ts";

/** The section of the tables of `gotox` (Linux 6.19). */
export const JUMP_TABLES = ".jumptables";
const ENTRY = 8;

/** A table of the jump targets of a `gotox` instruction. */
export interface JumpTable {
  readonly symbol: ElfSymbol;
  /** The offset in bytes, in its section, of the instruction that loads the address of the table. */
  readonly user: number;
  /**
   * The entries: their offsets in the section of tables, and the targets as offsets in the section of the function, in
   * bytes.
   */
  readonly entries: readonly { readonly offset: number; readonly place: number }[];
}

/** The tables that the instructions of a section refer to. */
export function jumpTablesOf(elf: ElfFile, section: ElfSection): JumpTable[] {
  const tables = elf.section(JUMP_TABLES);
  if (tables === undefined) return [];
  const { data, index } = tables;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return elf.relocations(section).flatMap(({ symbol, offset: user }) => {
    if (symbol.section !== index) return [];
    const end = Math.min(symbol.value + symbol.size, data.length);
    const entries = [];
    for (let offset = symbol.value; offset + ENTRY <= end; offset += ENTRY)
      entries.push({ offset, place: Number(view.getBigUint64(offset, elf.littleEndian)) });
    return { symbol, user, entries };
  });
}
