import { type ElfChanges, type ElfFile, type ElfSection, sectionTypes } from "../../elf/index.ts";
import type { Relocation } from "./object-form.ts";

/** Bytes of an entry of SHT_REL. */
const REL = 16;

/** The entries of a relocation section. */
export function encodeRelocations(
  relocations: readonly Relocation[],
  littleEndian: boolean,
  entrySize = REL,
): Uint8Array {
  const bytes = new Uint8Array(relocations.length * entrySize);
  const view = new DataView(bytes.buffer);
  for (const [i, { offset, symbol, type }] of relocations.entries()) {
    view.setBigUint64(i * entrySize, BigInt(offset), littleEndian);
    view.setBigUint64(i * entrySize + 8, (BigInt(symbol) << 32n) | BigInt(type), littleEndian);
  }
  return bytes;
}

/**
 * Writes the relocations of a section, in place of the old ones.
 *
 * @param contents - Gets the new contents of the sections.
 * @returns The section to add, if the file has none for these relocations.
 */
export function writeRelocations(
  elf: ElfFile,
  section: ElfSection,
  relocations: Relocation[],
  contents: Map<number, Uint8Array>,
): ElfChanges["added"] {
  const { littleEndian, sections } = elf;
  const tables = sections.filter(
    ({ info, type }) => info === section.index && (type === sectionTypes.rel || type === sectionTypes.rela),
  );
  relocations.sort((a, b) => a.offset - b.offset);
  const [table] = tables;
  if (table === undefined) {
    const data = encodeRelocations(relocations, littleEndian);
    const added = { name: `.rel${section.name}`, data, align: 8, relocates: section.index };
    return relocations.length === 0 ? undefined : added;
  }
  for (const each of tables) contents.set(each.index, new Uint8Array());
  contents.set(table.index, encodeRelocations(relocations, littleEndian, table.entrySize));
  return undefined;
}
