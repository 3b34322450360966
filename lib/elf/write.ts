import { roundUpTo8 } from "../memory/round-up.ts";
import { sectionTypes } from "./constants.ts";
import { StringBuilder } from "./string-builder.ts";
import { placeSymbol, SYMBOL_SIZE } from "./symbol-entry.ts";

/** A section of a file to write. */
export interface NewSection {
  readonly name: string;
  /** SHT_* */
  readonly type: number;
  /** SHF_* */
  readonly flags?: number;
  readonly data: Uint8Array;
  /** The size in bytes of a `nobits` section, which has no data. */
  readonly size?: number;
  /** The name of the section that the relocations apply to. */
  readonly relocates?: string;
  readonly align?: number;
}

export interface NewSymbol {
  readonly name: string;
  /** The name of its section. Undefined for a symbol that is defined in another file. */
  readonly section: string | undefined;
  readonly value?: number;
  readonly size?: number;
  /** STT_* */
  readonly type: number;
  /** STB_*. Local symbols precede the others in the list. */
  readonly binding: number;
}

const EM_BPF = 247;
const HEADER = 64;
const SECTION_HEADER = 64;
const RELOCATION = 16;

/**
 * Writes a relocatable 64-bit ELF file for the BPF machine.
 *
 * @param sections - The sections in order. The symbol table and the string tables are appended.
 * @param symbols - The symbols. Their numbers start at 1.
 */
export function writeElf(
  sections: readonly NewSection[],
  symbols: readonly NewSymbol[],
  littleEndian: boolean,
): Uint8Array<ArrayBuffer> {
  const names = new StringBuilder();
  const index = new Map(sections.map(({ name }, i) => [name, i + 1]));
  const symbolTable = sections.length + 1;
  const table = new DataView(new ArrayBuffer((symbols.length + 1) * SYMBOL_SIZE));
  for (const [i, { name, section, value = 0, size = 0, type, binding }] of symbols.entries()) {
    const at = (i + 1) * SYMBOL_SIZE;
    table.setUint32(at, names.add(name), littleEndian);
    table.setUint8(at + 4, (binding << 4) | type);
    const place = { section: section === undefined ? 0 : (index.get(section) ?? 0), value, size };
    placeSymbol(table, i + 1, place, littleEndian);
  }
  const locals = symbols.findIndex(({ binding }) => binding !== 0);
  const all: (NewSection & { link?: number; info?: number; entrySize?: number })[] = [
    ...sections.map((section) =>
      section.relocates === undefined
        ? section
        : { ...section, link: symbolTable, info: index.get(section.relocates) ?? 0, entrySize: RELOCATION },
    ),
    {
      name: ".symtab",
      type: sectionTypes.symtab,
      data: new Uint8Array(table.buffer),
      link: symbolTable + 1,
      info: (locals === -1 ? symbols.length : locals) + 1,
      entrySize: SYMBOL_SIZE,
      align: 8,
    },
  ];
  for (const { name } of all) names.add(name);
  names.add(".strtab");
  all.push({ name: ".strtab", type: sectionTypes.strtab, data: names.build() });

  let end = HEADER;
  const places = all.map(({ data, align = 1 }) => {
    const at = Math.ceil(end / align) * align;
    end = at + data.length;
    return at;
  });
  const headers = roundUpTo8(end);
  const bytes = new Uint8Array(headers + (all.length + 1) * SECTION_HEADER);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, littleEndian ? 1 : 2, 1]);
  view.setUint16(16, 1, littleEndian);
  view.setUint16(18, EM_BPF, littleEndian);
  view.setUint32(20, 1, littleEndian);
  view.setBigUint64(40, BigInt(headers), littleEndian);
  view.setUint16(52, HEADER, littleEndian);
  view.setUint16(58, SECTION_HEADER, littleEndian);
  view.setUint16(60, all.length + 1, littleEndian);
  view.setUint16(62, all.length, littleEndian);
  for (const [i, section] of all.entries()) {
    const { name, type, flags = 0, data, size = data.length, link = 0, info = 0, align = 1 } = section;
    const at = headers + (i + 1) * SECTION_HEADER;
    bytes.set(data, places[i] as number);
    view.setUint32(at, names.add(name), littleEndian);
    view.setUint32(at + 4, type, littleEndian);
    view.setBigUint64(at + 8, BigInt(flags), littleEndian);
    view.setBigUint64(at + 24, BigInt(places[i] as number), littleEndian);
    view.setBigUint64(at + 32, BigInt(size), littleEndian);
    view.setUint32(at + 40, link, littleEndian);
    view.setUint32(at + 44, info, littleEndian);
    view.setBigUint64(at + 48, BigInt(align), littleEndian);
    view.setBigUint64(at + 56, BigInt(section.entrySize ?? 0), littleEndian);
  }
  return bytes;
}
