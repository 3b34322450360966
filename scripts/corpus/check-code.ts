import { type ElfFile, type ElfSection, sectionFlags, sectionTypes } from "../../lib/elf/index.ts";
import { asm } from "../../lib/index.ts";

const CALL = 0x85;
const LOCAL = 1;

/** The sections of instructions. */
export function codeSections(elf: ElfFile): ElfSection[] {
  return elf.sections.filter(
    ({ type, flags, size }) =>
      type === sectionTypes.progbits && (flags & sectionFlags.execInstr) !== 0 && size > 0,
  );
}

/**
 * Decodes instructions and compares the bytes after a round trip: by fields, by text, and by text with labels for jumps.
 *
 * @throws Error when the bytes differ.
 */
export function checkCode(bytes: Uint8Array, littleEndian: boolean): asm.Instruction[] {
  const instructions = asm.decode(bytes, { littleEndian });
  const trips = new Map<string, readonly asm.Item[]>([["bytes", instructions]]);
  // The encoding has registers that the machine does not have, and `parse` refuses them.
  if (instructions.every(({ dst, src }) => dst <= 10 && src <= 10)) {
    trips.set("text", asm.parse(asm.print(instructions)));
    // Before relocation, a call of a function in another section leads anywhere.
    const calls = instructions.some(({ opcode, src }) => opcode === CALL && src === LOCAL);
    if (!calls) trips.set("labels", asm.parse(asm.print(asm.withLabels(instructions))));
  }
  for (const [name, items] of trips) {
    if (Buffer.compare(asm.encode(items, { littleEndian }), bytes) !== 0) {
      throw new Error(`round trip by ${name} gives other bytes`);
    }
  }
  return instructions;
}
