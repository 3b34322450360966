import { ElfError } from "../errors/index.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";

/** A statically defined probe of a program or library, at one place in its code. */
export interface UsdtProbe {
  readonly provider: string;
  readonly name: string;
  /** The address in memory, as the file is linked. */
  readonly address: number;
  /** Whether the address is in executable code. The linker keeps the notes of code that it removed. */
  readonly inCode: boolean;
}

const NOTE_HEADER = 12;
const NOTE_TYPE = 3;
const owner = "stapsdt";

/**
 * The probes that .note.stapsdt describes, in the order of the file.
 *
 * @throws {@link ElfError} when a note is malformed.
 */
export function usdtProbes(elf: ElfFile): UsdtProbe[] {
  const section = elf.section(".note.stapsdt");
  if (section === undefined) return [];
  if (section.type !== sectionTypes.note) throw new ElfError('ELF section ".note.stapsdt" holds no notes');
  const { data } = section;
  const words = elf.words(data);
  const wordSize = elf.header.is64 ? 8 : 4;
  // The distance by which prelink moved the code.
  const base = elf.section(".stapsdt.base")?.address ?? 0;
  const code = elf.segments().filter(({ executable }) => executable);
  const probes: UsdtProbe[] = [];
  for (let at = 0; at < data.length; ) {
    const refuse = (problem: string) => new ElfError(`USDT note at byte ${at} ${problem}`);
    if (at + NOTE_HEADER > data.length) throw refuse("ends outside of its section");
    const nameAt = at + NOTE_HEADER;
    const descriptionAt = nameAt + aligned(words.u32(at));
    const end = descriptionAt + words.u32(at + 4);
    if (end > data.length) throw refuse("ends outside of its section");
    if (words.u32(at + 8) !== NOTE_TYPE || textAt(data, nameAt, descriptionAt) !== owner)
      throw refuse("does not describe a probe");
    const stringsAt = descriptionAt + 3 * wordSize;
    const provider = textAt(data, stringsAt, end);
    const name = provider === undefined ? undefined : textAt(data, stringsAt + length(provider), end);
    if (provider === undefined || name === undefined) throw refuse("has no names");
    if (textAt(data, stringsAt + length(provider) + length(name), end) === undefined)
      throw refuse("has arguments without a terminating NUL");
    const linkedBase = words.word(descriptionAt + wordSize);
    const moved = base !== 0 && linkedBase !== 0 ? base - linkedBase : 0;
    const address = words.word(descriptionAt) + moved;
    const inCode = code.some(
      (segment) => address >= segment.address && address < segment.address + segment.size,
    );
    probes.push({ provider, name, address, inCode });
    at = aligned(end);
  }
  return probes;
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/** The length of a string in bytes, including its NUL. */
function length(text: string): number {
  return Buffer.byteLength(text, "latin1") + 1;
}

/** The string at an offset. Undefined if it does not end before `end`. */
function textAt(data: Uint8Array, at: number, end: number): string | undefined {
  if (at >= end) return undefined;
  const close = data.indexOf(0, at);
  if (close < 0 || close >= end) return undefined;
  return Buffer.from(data.buffer, data.byteOffset + at, close - at).toString("latin1");
}
