import { decode, type Instruction } from "../asm/index.ts";
import { isConditional, opcodes, sizes } from "../asm/opcodes.ts";
import {
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  sectionFlags,
  sectionTypes,
  symbolTypes,
} from "../elf/index.ts";
import { type Thing, things } from "./tracked-value.ts";

const SLOT = 8;

/** A function of an object: a program or a subprogram. */
export interface CodeFunction {
  readonly name: string;
  /** The index of its section. */
  readonly section: number;
  /** The slot of the first instruction in the section, and the slot after the last. */
  readonly start: number;
  readonly end: number;
}

/** A section of instructions. */
interface CodeSection {
  /** The instructions by slot of eight bytes. The second slot of a 64-bit immediate is empty. */
  readonly slots: readonly (Instruction | undefined)[];
  readonly symbols: ReadonlyMap<number, ElfSymbol>;
}

/** The instructions of an object with the symbols that they refer to. */
export class Code {
  readonly functions: readonly CodeFunction[];
  readonly #elf: ElfFile;
  readonly #sections = new Map<number, CodeSection>();
  readonly #jumpTargets = new Map<number, readonly number[]>();

  /** @throws {@link AsmError}, {@link ElfError} for sections without valid instructions. */
  constructor(elf: ElfFile) {
    this.#elf = elf;
    for (const section of elf.sections)
      if (isCode(section)) this.#sections.set(section.index, readSection(elf, section));
    this.functions = elf.symbols
      .filter(
        ({ type, section, size }) => type === symbolTypes.func && size > 0 && this.#sections.has(section),
      )
      .map(({ name, section, value, size }) => ({
        name,
        section,
        start: value / SLOT,
        end: (value + size) / SLOT,
      }));
  }

  instruction(section: number, slot: number): Instruction | undefined {
    return this.#sections.get(section)?.slots[slot];
  }

  /** The slots of a section that jumps lead to, in ascending order. */
  jumpTargets(section: number): readonly number[] {
    let found = this.#jumpTargets.get(section);
    if (found === undefined) {
      const slots = this.#sections.get(section)?.slots ?? [];
      const targets = slots.flatMap((one, slot) => (one && jumpTarget(one, slot)) ?? []);
      found = [...new Set(targets)].sort((a, b) => a - b);
      this.#jumpTargets.set(section, found);
    }
    return found;
  }

  /** The function that an instruction belongs to. */
  functionOf(section: number, slot: number): CodeFunction | undefined {
    return this.functions.find((one) => one.section === section && one.start <= slot && slot < one.end);
  }

  /** The function that starts at an instruction. */
  functionAt(section: number, slot: number): CodeFunction | undefined {
    return this.functions.find((one) => one.section === section && one.start === slot);
  }

  /** The name of the symbol that an instruction refers to. */
  symbolName(section: number, slot: number): string | undefined {
    return this.#sections.get(section)?.symbols.get(slot)?.name;
  }

  /** The function of the object that an instruction calls. */
  callee(section: number, slot: number, instruction: Instruction): CodeFunction | undefined {
    const symbol = this.#sections.get(section)?.symbols.get(slot);
    if (symbol === undefined) return this.functionAt(section, slot + instruction.imm + 1);
    return this.functionAt(symbol.section, symbol.value / SLOT + instruction.imm + 1);
  }

  /** The target of the address that a 64-bit immediate loads, and the offset into the target. */
  loaded(
    section: number,
    slot: number,
    instruction: Instruction,
  ): { thing: Thing; offset: number } | undefined {
    const symbol = this.#sections.get(section)?.symbols.get(slot);
    const target = symbol && this.#elf.sections[symbol.section];
    if (symbol === undefined || target === undefined || symbol.section === 0) return undefined;
    if (target.name === ".maps" || target.name === "maps") {
      const map = symbol.type === symbolTypes.section ? this.#symbolAt(target, instruction.imm) : symbol.name;
      return map === undefined ? undefined : { thing: things.map(map), offset: 0 };
    }
    const offset = symbol.value + instruction.imm;
    if (isCode(target)) return { thing: things.function(target.index, offset / SLOT), offset: 0 };
    return { thing: things.data(target.name), offset };
  }

  #symbolAt(section: ElfSection, offset: number): string | undefined {
    const named = ({ name, type }: ElfSymbol): boolean => name !== "" && type !== symbolTypes.section;
    return this.#elf.symbols.find(
      (one) => one.section === section.index && one.value === offset && named(one),
    )?.name;
  }
}

/** The target of a jump. Undefined for other instructions and indirect jumps. */
export function jumpTarget(instruction: Instruction, slot: number): number | undefined {
  const { opcode } = instruction;
  if (opcode === opcodes.jumpLong) return slot + 1 + instruction.imm;
  if (opcode === opcodes.jump || isConditional(opcode)) return slot + 1 + instruction.offset;
  return undefined;
}

/** The number of bytes that an instruction loads or stores. */
export function accessSize(opcode: number): number {
  return byteSizes[opcode & 0x18] as number;
}

const byteSizes: Readonly<Record<number, number>> = {
  [sizes.u8]: 1,
  [sizes.u16]: 2,
  [sizes.u32]: 4,
  [sizes.u64]: 8,
};

function isCode({ type, flags, size }: ElfSection): boolean {
  return type === sectionTypes.progbits && (flags & sectionFlags.execInstr) !== 0 && size > 0;
}

function readSection(elf: ElfFile, section: ElfSection): CodeSection {
  const slots: (Instruction | undefined)[] = [];
  for (const instruction of decode(section.data, { littleEndian: elf.littleEndian })) {
    slots.push(instruction);
    if (instruction.slots === 2) slots.push(undefined);
  }
  const symbols = new Map(elf.relocations(section).map(({ offset, symbol }) => [offset / SLOT, symbol]));
  return { slots, symbols };
}
