import { invalidArgument } from "../../arguments/index.ts";
import { checkImmediate, checkOffset, checkSigned } from "../check.ts";
import { Instruction, Label } from "../instruction.ts";
import { classes, jump, opcodes, REGISTER } from "../opcodes.ts";
import {
  type HalfRegister,
  isHalf,
  isRegister,
  mixedWidths,
  type Register,
  registerNumber,
  wholeNumber,
} from "../registers.ts";

/** The target of a jump: a label, or a distance in slots from the next instruction. */
export type JumpTarget = string | number;

/** Creates a label for the place of the next instruction. */
export function label(name: string): Label {
  return new Label(checkName(name, "label"));
}

export function checkName(name: unknown, what: string): string {
  if (typeof name === "string" && /^[\w.$]+$/.test(name)) return name;
  throw invalidArgument(what, 'a name of letters, digits, "_", "." and "$"', name);
}

/** Jumps if the comparison of `a` and `b` holds. Both have the same width. A number is sign-extended. */
export interface Jump {
  (a: Register, b: Register | number, to: JumpTarget): Instruction;
  (a: HalfRegister, b: HalfRegister | number, to: JumpTarget): Instruction;
}

function conditional(name: string, operation: number): Jump {
  return (a: Register | HalfRegister, b: Register | HalfRegister | number, to: JumpTarget): Instruction => {
    const dst = registerNumber(a, `${name}: a`);
    const half = isHalf(a);
    const opcode = operation | (half ? classes.jmp32 : classes.jmp);
    if (isRegister(b)) {
      if (isHalf(b) !== half) {
        throw mixedWidths(name, a, b);
      }
      return to_(name, opcode | REGISTER, dst, registerNumber(b, `${name}: b`), 0, to);
    }
    const what = `${name}: b`;
    if (typeof b !== "number") {
      throw invalidArgument(what, "a register or a number", b);
    }
    return to_(name, opcode, dst, 0, half ? checkImmediate(b, what) : checkSigned(b, what), to);
  };
}

function to_(
  name: string,
  opcode: number,
  dst: number,
  src: number,
  imm: number,
  to: JumpTarget,
): Instruction {
  if (typeof to === "number") return new Instruction(opcode, dst, src, checkOffset(to, `${name}: to`), imm);
  const target = { kind: "label", name: checkName(to, `${name}: to`) } as const;
  return new Instruction(opcode, dst, src, 0, imm, 0, target);
}

/** Jumps if `a == b`. */
export const jeq: Jump = conditional("jeq", jump.jeq);
/** Jumps if `a != b`. */
export const jne: Jump = conditional("jne", jump.jne);
/** Jumps if `a > b`, unsigned. */
export const jgt: Jump = conditional("jgt", jump.jgt);
/** Jumps if `a >= b`, unsigned. */
export const jge: Jump = conditional("jge", jump.jge);
/** Jumps if `a < b`, unsigned. */
export const jlt: Jump = conditional("jlt", jump.jlt);
/** Jumps if `a <= b`, unsigned. */
export const jle: Jump = conditional("jle", jump.jle);
/** Jumps if `a > b`, signed. */
export const jsgt: Jump = conditional("jsgt", jump.jsgt);
/** Jumps if `a >= b`, signed. */
export const jsge: Jump = conditional("jsge", jump.jsge);
/** Jumps if `a < b`, signed. */
export const jslt: Jump = conditional("jslt", jump.jslt);
/** Jumps if `a <= b`, signed. */
export const jsle: Jump = conditional("jsle", jump.jsle);
/** Jumps if `a & b` is not 0. */
export const jset: Jump = conditional("jset", jump.jset);

/** Jumps always. A label that is too far for 16 bits needs a long jump (Linux 6.6). */
export function ja(to: JumpTarget): Instruction {
  return to_("ja", opcodes.jump, 0, 0, 0, to);
}

/** Jumps always, with a distance of 32 bits. @since Linux 6.6 */
export function jaLong(to: JumpTarget): Instruction {
  if (typeof to === "string") return to_("jaLong", opcodes.jumpLong, 0, 0, 0, to);
  return new Instruction(opcodes.jumpLong, 0, 0, 0, checkSigned(to, "jaLong: to"));
}

/** Jumps when the kernel ends the loop. The verifier accepts any loop that contains it. @since Linux 6.9 */
export function mayGoto(to: JumpTarget): Instruction {
  return to_("mayGoto", opcodes.mayGoto, 0, 0, 0, to);
}

/** Jumps to the address in a register, from a map of type insn-array. @since Linux 6.19 */
export function jumpRegister(register: Register): Instruction {
  return new Instruction(opcodes.jumpRegister, wholeNumber(register, "jumpRegister"), 0, 0, 0);
}

/** Returns r0 from a function, or ends the program with it. */
export function exit(): Instruction {
  return new Instruction(opcodes.exit, 0, 0, 0, 0);
}
