import { alu, classes, opcodes, REGISTER } from "../asm/opcodes.ts";
import {
  type Address,
  addressOf,
  compositeSize,
  type Die,
  type Dwarf,
  type DwarfFunction,
  type DwarfLocation,
  FRAME_POINTER,
  type InlinedCall,
  isPointer,
  type LocalVariable,
  offsetIn,
  type Range,
  sectionOf,
  targetOf,
} from "../dwarf/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import type { Code, CodeFunction } from "./code.ts";
import type { SendPlace } from "./sends.ts";

const SLOT = 8;

/** A local variable and its location from an instruction on. */
export interface PlacedLocal {
  readonly variable: LocalVariable;
  readonly place: DwarfLocation;
}

/** The local variables of the functions of an object by location. */
export class Locals {
  readonly #code: Code;
  readonly #functions: readonly DwarfFunction[];
  readonly #starting = new Map<Address, PlacedLocal[]>();
  readonly #frameSizes = new Map<CodeFunction, number>();

  constructor(dwarf: Dwarf | undefined, code: Code) {
    this.#code = code;
    this.#functions = dwarf?.functions ?? [];
    for (const { variables } of this.#functions)
      for (const variable of variables.filter(({ type }) => isPointer(type)))
        for (const { place, range } of variable.locations)
          for (const one of range === undefined ? variable.scope : [range])
            for (const address of this.#entries(one)) this.#add(address, { variable, place });
  }

  #add(start: Address, placed: PlacedLocal): void {
    const known = this.#starting.get(start);
    if (known === undefined) this.#starting.set(start, [placed]);
    else known.push(placed);
  }

  /** The instructions where a range can be entered: the first, and the targets of jumps into it. */
  #entries({ start, end }: Range): Address[] {
    const section = sectionOf(start);
    const [first, last] = [offsetIn(start) / SLOT, offsetIn(end) / SLOT];
    const inside = this.#code.jumpTargets(section).filter((slot) => first < slot && slot < last);
    return [start, ...inside.map((slot) => addressOf(section, slot * SLOT))];
  }

  /** The pointers whose location is valid from an instruction on, if it is reached by a jump or by the one before. */
  startingAt(section: number, slot: number): readonly PlacedLocal[] {
    return this.#starting.get(addressOf(section, slot * SLOT)) ?? [];
  }

  /**
   * The structs and unions of a size that pointers in scope at an instruction point to, whatever the location of these
   * pointers.
   */
  targetsInScope(section: number, slot: number, size: number): Die[] {
    return this.#inScope(section, slot).flatMap(({ type }) => {
      const target = isPointer(type) ? targetOf(type) : undefined;
      return target !== undefined && compositeSize(target) === size ? target : [];
    });
  }

  /** The target type of the pointer variable that a name refers to at an instruction. Undefined for other variables. */
  targetNamed({ section, slot }: SendPlace, name: string): Die | undefined {
    const innermost = this.#inScope(section, slot).findLast((one) => one.name === name);
    return innermost !== undefined && isPointer(innermost.type) ? targetOf(innermost.type) : undefined;
  }

  /** The inlined calls that an instruction belongs to. Inner calls follow outer ones. */
  inlinedCalls({ section, slot }: SendPlace): InlinedCall[] {
    const { dwarf, within } = this.#functionOf(section, slot);
    return (dwarf?.inlinedCalls ?? []).filter(({ ranges }) => ranges.some(within));
  }

  /** The variables in scope at an instruction. Those of inner blocks follow those of outer blocks. */
  #inScope(section: number, slot: number): LocalVariable[] {
    const { dwarf, within } = this.#functionOf(section, slot);
    return (dwarf?.variables ?? []).filter(({ scope }) => scope.some(within));
  }

  #functionOf(section: number, slot: number): { dwarf?: DwarfFunction; within: (range: Range) => boolean } {
    const address = addressOf(section, slot * SLOT);
    const within = ({ start, end }: Range): boolean => start <= address && address < end;
    const dwarf = this.#functions.find(({ ranges }) => ranges.some(within));
    return dwarf === undefined ? { within } : { dwarf, within };
  }

  /** The variables on the stack at an instruction, with their offsets from the frame pointer. */
  inFrame(section: number, slot: number): { variable: LocalVariable; offset: number }[] {
    const code = this.#code.functionOf(section, slot);
    if (code === undefined) return [];
    const found: { variable: LocalVariable; offset: number }[] = [];
    for (const variable of this.#inScope(section, slot)) {
      // A variable does not move within its frame, so its location is also valid outside the range.
      const at = variable.locations.find(
        ({ place }) => place.kind === "memory" && place.register === FRAME_POINTER,
      );
      if (at !== undefined) found.push({ variable, offset: this.frameOffset(code, at.place) });
    }
    return found;
  }

  /** The offset in bytes from the frame pointer. clang counts from the lowest byte of the frame. */
  frameOffset(code: CodeFunction, { offset }: DwarfLocation): number {
    return offset < 0 ? offset : offset - this.#frameSize(code);
  }

  /**
   * The size in bytes of the frame to which clang's offsets refer: at least the size that the instructions use, rounded
   * up to 8. It is larger if the lowest variable is never accessed. Then the addresses that the code takes determine
   * the size.
   */
  #frameSize(code: CodeFunction): number {
    const known = this.#frameSizes.get(code);
    if (known !== undefined) return known;
    const { lowest, taken } = frameUse(this.#code, code);
    const least = roundUpTo8(-lowest);
    const starts = this.#startsInFrame(code);
    const fits = (size: number): number => starts.filter((start) => taken.has(start - size)).length;
    let best = least;
    for (let size = least + 8; size <= MAX_FRAME; size += 8) if (fits(size) > fits(best)) best = size;
    this.#frameSizes.set(code, best);
    return best;
  }

  /** The offsets of variables in the frame, as clang emits them. */
  #startsInFrame(code: CodeFunction): number[] {
    const start = addressOf(code.section, code.start * SLOT);
    const dwarf = this.#functions.find(({ ranges }) =>
      ranges.some((one) => one.start <= start && start < one.end),
    );
    const places = dwarf?.variables.flatMap(({ locations }) => locations.map(({ place }) => place)) ?? [];
    const inFrame = places.filter(({ kind, register }) => kind === "memory" && register === FRAME_POINTER);
    return [...new Set(inFrame.map(({ offset }) => offset))];
  }
}

// The stack limit of the kernel.
const MAX_FRAME = 512;

/** The lowest offset from the frame pointer that a function uses, and the offsets whose addresses it takes. */
function frameUse(all: Code, code: CodeFunction): { lowest: number; taken: ReadonlySet<number> } {
  let lowest = 0;
  const taken = new Set<number>();
  // The registers that contain the frame pointer before a subsequent addition.
  const copies = new Set<number>();
  for (let slot = code.start; slot < code.end; slot++) {
    const instruction = all.instruction(code.section, slot);
    if (instruction === undefined) continue;
    const { opcode, dst, src, offset, imm } = instruction;
    const kind = opcode & 7;
    if (kind === classes.alu64 && (opcode & 0xf0) === alu.mov && (opcode & REGISTER) !== 0) {
      if (src === FRAME_POINTER) copies.add(dst);
      else copies.delete(dst);
    } else if (kind === classes.alu64 && (opcode & 0xf0) === alu.add && (opcode & REGISTER) === 0) {
      if (!copies.delete(dst)) continue;
      taken.add(imm);
      lowest = Math.min(lowest, imm);
    } else if (kind === classes.ldx && src === FRAME_POINTER) lowest = Math.min(lowest, offset);
    else if ((kind === classes.st || kind === classes.stx) && dst === FRAME_POINTER)
      lowest = Math.min(lowest, offset);
    else if (opcode === opcodes.call) copies.clear();
  }
  return { lowest, taken };
}
