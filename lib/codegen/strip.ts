import { readBpfObject } from "../elf/index.ts";
import { ElfError } from "../errors.ts";

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const NOBITS = 8;
// A page of the largest machines, and room for some of them.
const MOST_ALIGNED = 64 * 1024;
const MOST_PADDING = 16 * 1024 * 1024;

/**
 * The object without the debugger's information, which is most of its bytes and which no loader reads: what
 * `llvm-strip -g` does, without LLVM. BTF stays.
 *
 * The headers of the sections stay too, with nothing in them, since symbols count sections by number.
 *
 * @throws ElfError and NotBpfError when it is no object.
 */
export function strip(object: Uint8Array): Uint8Array {
  const elf = readBpfObject(object);
  const isDebug = (name: string): boolean => /^(\.rela?)?\.debug_/.test(name);
  if (!elf.sections.some((section) => isDebug(section.name) && section.size > 0)) return object;

  const { littleEndian } = elf;
  const from = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const headersAt = Number(from.getBigUint64(40, littleEndian));
  // Copied, which Buffer's slice would not do.
  const headers = new Uint8Array(
    object.subarray(headersAt, headersAt + elf.sections.length * SECTION_HEADER_SIZE),
  );
  const table = new DataView(headers.buffer);
  const chunks: { at: number; data: Uint8Array }[] = [];
  let end = HEADER_SIZE;
  for (const section of elf.sections) {
    if (section.index === 0) continue;
    const header = section.index * SECTION_HEADER_SIZE;
    if (isDebug(section.name)) table.setBigUint64(header + 32, 0n, littleEndian);
    const data = isDebug(section.name) ? new Uint8Array() : section.data;
    const alignment = Math.max(1, Number(table.getBigUint64(header + 48, littleEndian)));
    if (alignment > MOST_ALIGNED)
      throw new ElfError(`section "${section.name}" claims an alignment of ${alignment} bytes`);
    end = Math.ceil(end / alignment) * alignment;
    table.setBigUint64(header + 24, BigInt(end), littleEndian);
    if (section.type === NOBITS) continue;
    chunks.push({ at: end, data });
    end += data.length;
    if (end > object.length + MOST_PADDING)
      throw new ElfError(`the alignment that sections claim adds more than ${MOST_PADDING} bytes`);
  }
  const newHeadersAt = Math.ceil(end / 8) * 8;
  const result = new Uint8Array(newHeadersAt + headers.length);
  result.set(object.subarray(0, HEADER_SIZE));
  for (const { at, data } of chunks) result.set(data, at);
  result.set(headers, newHeadersAt);
  new DataView(result.buffer).setBigUint64(40, BigInt(newHeadersAt), littleEndian);
  return result;
}
