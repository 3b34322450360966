import { type ElfFile, type ElfSection, sectionFlags, sectionTypes } from "../elf/index.ts";
import { type Address, addressOf } from "./address.ts";

/** The addresses that the code sections of an object have in the object that it was linked into, by section index. */
export type Placement = ReadonlyMap<number, Address>;

const SLOT = 8;
// The rest of an instruction is its immediate, which the linker changes.
const OPCODE_REGISTERS_OFFSET = 4;

/**
 * Finds where the code of objects is after linking. A linker appends sections of one name to each other, in the order
 * of the objects. The result omits a section whose instructions are not found there.
 *
 * @param parts - The objects in the order in which they were linked.
 */
export function placementsOf(parts: readonly ElfFile[], linked: ElfFile): Placement[] {
  const ends = new Map<number, number>();
  return parts.map((part) => {
    const placement = new Map<number, Address>();
    for (const section of part.sections.filter(isCode)) {
      const target = linked.sections.find((one) => one.name === section.name && isCode(one));
      if (target === undefined) continue;
      const start = ends.get(target.index) ?? 0;
      ends.set(target.index, start + section.size);
      if (isAt(section, target, start)) placement.set(section.index, addressOf(target.index, start));
    }
    return placement;
  });
}

function isCode({ type, flags, size }: ElfSection): boolean {
  return type === sectionTypes.progbits && (flags & sectionFlags.execInstr) !== 0 && size > 0;
}

function isAt({ data }: ElfSection, target: ElfSection, start: number): boolean {
  if (start + data.length > target.data.length) return false;
  for (let slot = 0; slot < data.length; slot += SLOT)
    for (let at = slot; at < slot + OPCODE_REGISTERS_OFFSET; at++)
      if (data[at] !== target.data[start + at]) return false;
  return true;
}
