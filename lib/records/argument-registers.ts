import type { Instruction } from "../asm/index.ts";
import { alu, classes, isConditional, jump, modes, opcodes, REGISTER } from "../asm/opcodes.ts";
import { type Code, type CodeFunction, jumpTarget } from "./code.ts";

const FIRST = 1;
const LAST = 5;
const ALL = 0b111110;

/** The argument registers that a function certainly reads, as a bit mask. */
export function argumentsRead(code: Code, { section, start, end }: CodeFunction): number {
  let read = 0;
  // The registers that still contain their argument, by instruction.
  const seen = new Map<number, number>();
  const work: [slot: number, kept: number][] = [[start, ALL]];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const [slot, incoming] = next;
    const before = seen.get(slot) ?? 0;
    const kept = before | incoming;
    const instruction = slot < end ? code.instruction(section, slot) : undefined;
    if ((kept === before && seen.has(slot)) || instruction === undefined) continue;
    seen.set(slot, kept);
    read |= incoming & readBy(instruction, incoming);
    const left = incoming & ~writtenBy(instruction);
    const target = jumpTarget(instruction, slot);
    if (left === 0) continue;
    if (target !== undefined) work.push([target, left]);
    if (instruction.opcode === opcodes.exit) continue;
    if (target === undefined || isConditional(instruction.opcode))
      work.push([slot + instruction.slots, left]);
  }
  return read;
}

/**
 * @param kept - The registers that were not yet written. A call reads those below the last register that was written
 * for it.
 */
function readBy({ opcode, dst, src }: Instruction, kept: number): number {
  const [left, right] = [1 << dst, 1 << src];
  switch (opcode & 7) {
    case classes.ldx:
      return right;
    case classes.st:
      return left;
    case classes.stx:
      return left | right;
    case classes.alu:
    case classes.alu64: {
      const second = (opcode & REGISTER) !== 0 && (opcode & 0xf0) !== alu.end ? right : 0;
      return (opcode & 0xf0) === alu.mov ? second : left | second;
    }
    case classes.ld:
      return (opcode & 0xe0) === modes.ind ? right : 0;
    default:
      if (isConditional(opcode)) return left | ((opcode & REGISTER) !== 0 ? right : 0);
      if ((opcode & 0xf0) !== jump.call) return 0;
      for (let last = LAST; last >= FIRST; last--) if ((kept & (1 << last)) === 0) return (1 << last) - 1;
      return 0;
  }
}

function writtenBy({ opcode, dst }: Instruction): number {
  const kind = opcode & 7;
  if ((kind === classes.jmp || kind === classes.jmp32) && (opcode & 0xf0) === jump.call) return ALL;
  if (kind === classes.ld) return opcode === opcodes.loadImm64 ? 1 << dst : ALL;
  return kind === classes.ldx || kind === classes.alu || kind === classes.alu64 ? 1 << dst : 0;
}
