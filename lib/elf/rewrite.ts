import { ElfError } from "../errors/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
// The largest page size of all machines, and a limit of several pages.
const MOST_ALIGNED = 64 * 1024;
const MOST_PADDING = 16 * 1024 * 1024;

/**
 * Writes a 64-bit file with other contents in some of its sections. Sections keep their indexes, names and flags.
 * Symbols and relocations are not adjusted.
 *
 * @param contents - The new contents, by section index.
 * @throws {@link ElfError} when the alignment of the sections would make the file too large.
 */
export function rewriteElf(
  bytes: Uint8Array,
  { littleEndian, sections }: ElfFile,
  contents: ReadonlyMap<number, Uint8Array>,
): Uint8Array<ArrayBuffer> {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headersAt = Number(from.getBigUint64(40, littleEndian));
  // Makes a copy. Buffer's slice would not.
  const headers = new Uint8Array(
    bytes.subarray(headersAt, headersAt + sections.length * SECTION_HEADER_SIZE),
  );
  const table = new DataView(headers.buffer);
  const chunks: { at: number; data: Uint8Array }[] = [];
  let end = HEADER_SIZE;
  let added = 0;
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
    if (contents.has(section.index)) added += data.length;
    if (end > bytes.length + added + MOST_PADDING)
      throw new ElfError(`the alignment that sections claim adds more than ${MOST_PADDING} bytes`);
  }
  const newHeadersAt = roundUpTo8(end);
  const result = new Uint8Array(newHeadersAt + headers.length);
  result.set(bytes.subarray(0, HEADER_SIZE));
  for (const { at, data } of chunks) result.set(data, at);
  result.set(headers, newHeadersAt);
  new DataView(result.buffer).setBigUint64(40, BigInt(newHeadersAt), littleEndian);
  return result;
}
