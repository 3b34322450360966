import { invalidArgument } from "../../arguments/index.ts";
import { checkImmediate, checkOneOf, checkSigned, checkUnsigned } from "../check.ts";
import { Instruction } from "../instruction.ts";
import { alu, classes, REGISTER } from "../opcodes.ts";
import {
  type HalfRegister,
  isHalf,
  isRegister,
  mixedWidths,
  type Register,
  registerNumber,
  wholeNumber,
} from "../registers.ts";

/**
 * Arithmetic on whole registers, or on their lower halves: both operands are of the same width. A number is extended
 * with its sign.
 */
export interface Arithmetic {
  (dst: Register, src: Register | number): Instruction;
  (dst: HalfRegister, src: HalfRegister | number): Instruction;
}

function arithmetic(name: string, operation: number, offset = 0): Arithmetic {
  return (dst: Register | HalfRegister, src: Register | HalfRegister | number): Instruction => {
    const to = registerNumber(dst, `${name}: dst`);
    const half = isHalf(dst);
    const opcode = operation | (half ? classes.alu : classes.alu64);
    if (!isRegister(src)) {
      const what = `${name}: src`;
      if (typeof src !== "number") {
        throw invalidArgument(what, "a register or a number", src);
      }
      return new Instruction(
        opcode,
        to,
        0,
        offset,
        half ? checkImmediate(src, what) : checkSigned(src, what),
      );
    }
    if (isHalf(src) !== half) {
      throw mixedWidths(name, dst, src);
    }
    return new Instruction(opcode | REGISTER, to, registerNumber(src, `${name}: src`), offset, 0);
  };
}

/** `dst = src` */
export const mov: Arithmetic = arithmetic("mov", alu.mov);
/** `dst += src` */
export const add: Arithmetic = arithmetic("add", alu.add);
/** `dst -= src` */
export const sub: Arithmetic = arithmetic("sub", alu.sub);
/** `dst *= src` */
export const mul: Arithmetic = arithmetic("mul", alu.mul);
/** `dst /= src`, without sign; by 0 it gives 0. */
export const div: Arithmetic = arithmetic("div", alu.div);
/** `dst /= src`, with sign. Linux 6.6. */
export const sdiv: Arithmetic = arithmetic("sdiv", alu.div, 1);
/** `dst %= src`, without sign; by 0 it leaves `dst`. */
export const mod: Arithmetic = arithmetic("mod", alu.mod);
/** `dst %= src`, with the sign of `dst`. Linux 6.6. */
export const smod: Arithmetic = arithmetic("smod", alu.mod, 1);
/** `dst |= src` */
export const or: Arithmetic = arithmetic("or", alu.or);
/** `dst &= src` */
export const and: Arithmetic = arithmetic("and", alu.and);
/** `dst ^= src` */
export const xor: Arithmetic = arithmetic("xor", alu.xor);
/** `dst <<= src` */
export const lsh: Arithmetic = arithmetic("lsh", alu.lsh);
/** `dst >>= src`, zeros shifted in. */
export const rsh: Arithmetic = arithmetic("rsh", alu.rsh);
/** `dst >>= src`, the sign shifted in. */
export const arsh: Arithmetic = arithmetic("arsh", alu.arsh);

/** `dst = -dst` */
export function neg(dst: Register | HalfRegister): Instruction {
  const opcode = alu.neg | (isHalf(dst) ? classes.alu : classes.alu64);
  return new Instruction(opcode, registerNumber(dst, "neg: dst"), 0, 0, 0);
}

/** `dst = src`, of which the lowest `bits` are extended with their sign. Linux 6.6. */
export function movsx(dst: Register, src: Register, bits: 8 | 16 | 32): Instruction;
export function movsx(dst: HalfRegister, src: HalfRegister, bits: 8 | 16): Instruction;
export function movsx(
  dst: Register | HalfRegister,
  src: Register | HalfRegister,
  bits: 8 | 16 | 32,
): Instruction {
  const half = isHalf(dst);
  if (isRegister(src) && isHalf(src) !== half) {
    throw mixedWidths("movsx", dst, src);
  }
  checkOneOf(bits, half ? [8, 16] : [8, 16, 32], "movsx: bits");
  const opcode = alu.mov | REGISTER | (half ? classes.alu : classes.alu64);
  return new Instruction(
    opcode,
    registerNumber(dst, "movsx: dst"),
    registerNumber(src, "movsx: src"),
    bits,
    0,
  );
}

function swap(name: string, opcode: number) {
  return (dst: Register, bits: 16 | 32 | 64): Instruction => {
    checkOneOf(bits, [16, 32, 64], `${name}: bits`);
    return new Instruction(opcode, wholeNumber(dst, `${name}: dst`), 0, 0, bits);
  };
}

/** The lowest `bits` of `dst` from this machine's byte order to little endian, or back; the rest becomes 0. */
export const le: (dst: Register, bits: 16 | 32 | 64) => Instruction = swap("le", alu.end | classes.alu);
/** The lowest `bits` of `dst` from this machine's byte order to big endian, or back: to read what is in a packet. */
export const be: (dst: Register, bits: 16 | 32 | 64) => Instruction = swap(
  "be",
  alu.end | REGISTER | classes.alu,
);
/** The bytes of the lowest `bits` of `dst` in the opposite order, on any machine. Linux 6.6. */
export const bswap: (dst: Register, bits: 16 | 32 | 64) => Instruction = swap(
  "bswap",
  alu.end | classes.alu64,
);

/**
 * A pointer of one address space as one of another: 0 is the kernel's, 1 that of an arena. Linux 6.9.
 */
export function addrSpaceCast(dst: Register, src: Register, to: number, from: number): Instruction {
  const imm =
    (checkUnsigned(to, 16, "addrSpaceCast: to") << 16) | checkUnsigned(from, 16, "addrSpaceCast: from");
  return new Instruction(
    alu.mov | REGISTER | classes.alu64,
    wholeNumber(dst, "addrSpaceCast: dst"),
    wholeNumber(src, "addrSpaceCast: src"),
    1,
    imm,
  );
}
