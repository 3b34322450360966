import { ElfError } from "../errors.ts";
import { sectionTypes } from "./constants.ts";
import type { ElfFile } from "./elf-file.ts";

/** A statically defined probe of a program or library, at one place in its code. */
export interface UsdtProbe {
  readonly provider: string;
  readonly name: string;
  /** Where it is in memory, as the file is linked. */
  readonly address: number;
  /** Whether that is in a part of the file that is run. The linker leaves notes of code that it dropped. */
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
  // What prelink moves the code by.
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
      throw refuse("is none of a probe");
    const stringsAt = descriptionAt + 3 * wordSize;
    const provider = textAt(data, stringsAt, end);
    const name = provider === undefined ? undefined : textAt(data, stringsAt + length(provider), end);
    if (provider === undefined || name === undefined) throw refuse("has no names");
    if (textAt(data, stringsAt + length(provider) + length(name), end) === undefined)
      throw refuse("has no arguments that end");
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

/** Bytes of a string with its NUL. */
function length(text: string): number {
  return Buffer.byteLength(text, "latin1") + 1;
}

/** A string that ends before `end`; undefined when there is none. */
function textAt(data: Uint8Array, at: number, end: number): string | undefined {
  if (at >= end) return undefined;
  const close = data.indexOf(0, at);
  if (close < 0 || close >= end) return undefined;
  return Buffer.from(data.buffer, data.byteOffset + at, close - at).toString("latin1");
}
