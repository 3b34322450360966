import { ElfError } from "../errors/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";
import type { ElfSection } from "./parts.ts";
import { StringBuilder } from "./string-builder.ts";

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
// The largest page size of all machines, and a limit of several pages.
const MOST_ALIGNED = 64 * 1024;
const MOST_PADDING = 16 * 1024 * 1024;

/** The changes in the new file. */
export interface ElfChanges {
  /** New contents, by section index. */
  readonly contents?: ReadonlyMap<number, Uint8Array>;
  /** New names, by section index. */
  readonly names?: ReadonlyMap<number, string>;
  /** A section to append: of type `progbits`, or the relocations of the section with index `relocates`. */
  readonly added?:
    | {
        readonly name: string;
        readonly data: Uint8Array;
        readonly align: number;
        readonly relocates?: number;
      }
    | undefined;
}

/**
 * Writes a 64-bit file with changes in some of its sections. Sections keep their indexes and flags. Symbols and
 * relocations are not adjusted.
 *
 * @throws {@link ElfError} when the alignment of the sections would make the file too large.
 */
export function rewriteElf(bytes: Uint8Array, elf: ElfFile, changes: ElfChanges): Uint8Array<ArrayBuffer> {
  const { littleEndian } = elf;
  const { added } = changes;
  const { contents, names } = withNames(bytes, elf, changes);
  const from = viewOf(bytes);
  const count = elf.sections.length + (added === undefined ? 0 : 1);
  const headers = new Uint8Array(count * SECTION_HEADER_SIZE);
  const headersAt = Number(from.getBigUint64(40, littleEndian));
  headers.set(bytes.subarray(headersAt, headersAt + elf.sections.length * SECTION_HEADER_SIZE));
  const table = viewOf(headers);
  const sections: Pick<ElfSection, "index" | "name" | "type" | "data">[] = [...elf.sections];
  if (added !== undefined) {
    const index = count - 1;
    const header = index * SECTION_HEADER_SIZE;
    const { relocates } = added;
    const type = relocates === undefined ? sectionTypes.progbits : sectionTypes.rel;
    table.setUint32(header + 4, type, littleEndian);
    if (relocates !== undefined) {
      const symbols = elf.sections.find((section) => section.type === sectionTypes.symtab);
      table.setUint32(header + 40, symbols?.index ?? 0, littleEndian);
      table.setUint32(header + 44, relocates, littleEndian);
      table.setBigUint64(header + 56, 16n, littleEndian);
    }
    table.setBigUint64(header + 48, BigInt(added.align), littleEndian);
    sections.push({ index, name: added.name, type, data: added.data });
    contents.set(index, added.data);
  }
  for (const [index, name] of names) table.setUint32(index * SECTION_HEADER_SIZE, name, littleEndian);
  const chunks: { at: number; data: Uint8Array }[] = [];
  let end = HEADER_SIZE;
  let grown = 0;
  for (const section of sections) {
    if (section.index === 0) continue;
    const header = section.index * SECTION_HEADER_SIZE;
    const data = contents.get(section.index) ?? section.data;
    if (contents.has(section.index)) table.setBigUint64(header + 32, BigInt(data.length), littleEndian);
    const alignment = Math.max(1, Number(table.getBigUint64(header + 48, littleEndian)));
    if (alignment > MOST_ALIGNED)
      throw new ElfError(`section "${section.name}" claims an alignment of ${alignment} bytes`);
    end = Math.ceil(end / alignment) * alignment;
    table.setBigUint64(header + 24, BigInt(end), littleEndian);
    if (section.type === sectionTypes.nobits) continue;
    chunks.push({ at: end, data });
    end += data.length;
    if (contents.has(section.index)) grown += data.length;
    if (end > bytes.length + grown + MOST_PADDING)
      throw new ElfError(`the alignment that sections claim adds more than ${MOST_PADDING} bytes`);
  }
  const newHeadersAt = roundUpTo8(end);
  const result = new Uint8Array(newHeadersAt + headers.length);
  result.set(bytes.subarray(0, HEADER_SIZE));
  for (const { at, data } of chunks) result.set(data, at);
  result.set(headers, newHeadersAt);
  const header = viewOf(result);
  header.setBigUint64(40, BigInt(newHeadersAt), littleEndian);
  header.setUint16(60, count, littleEndian);
  return result;
}

/** The contents with the section names that are new, and the offsets of these names by section index. */
function withNames(
  bytes: Uint8Array,
  { sections, littleEndian }: ElfFile,
  { contents, names = new Map(), added }: ElfChanges,
): { contents: Map<number, Uint8Array>; names: Map<number, number> } {
  const all = new Map(names);
  if (added !== undefined) all.set(sections.length, added.name);
  const written = new Map(contents);
  if (all.size === 0) return { contents: written, names: new Map() };
  const index = viewOf(bytes).getUint16(62, littleEndian);
  const strings = new StringBuilder();
  strings.begin((sections[index] as ElfSection).data);
  const offsets = new Map(Array.from(all, ([section, name]) => [section, strings.add(name)]));
  written.set(index, strings.build());
  return { contents: written, names: offsets };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
