import { invalidArgument } from "../../arguments/index.ts";
import { checkImmediate, checkOneOf, checkSigned, checkUnsigned } from "../check.ts";
import { Instruction } from "../instruction.ts";
import { alu, classes, REGISTER } from "../opcodes.ts";
import {
  type Destination,
  destinationNumber,
  type HalfDestination,
  type HalfRegister,
  isHalf,
  isRegister,
  mixedWidths,
  type Register,
  registerNumber,
  wholeDestination,
  wholeNumber,
} from "../registers.ts";

/**
 * Arithmetic on registers or on their lower halves. Both operands have the same width. A number is
 * sign-extended.
 */
export interface Arithmetic {
  (dst: Destination, src: Register | number): Instruction;
  (dst: HalfDestination, src: HalfRegister | number): Instruction;
}

function arithmetic(
  name: string,
  operation: number,
  offset = 0,
  check: (value: number, half: boolean, what: string) => number = (value, half, what) =>
    half ? checkImmediate(value, what) : checkSigned(value, what),
): Arithmetic {
  return (dst: Destination | HalfDestination, src: Register | HalfRegister | number): Instruction => {
    const to = destinationNumber(dst, `${name}: dst`);
    const half = isHalf(dst);
    const opcode = operation | (half ? classes.alu : classes.alu64);
    if (!isRegister(src)) {
      const what = `${name}: src`;
      if (typeof src !== "number") {
        throw invalidArgument(what, "a register or a number", src);
      }
      return new Instruction(opcode, to, 0, offset, check(src, half, what));
    }
    if (isHalf(src) !== half) {
      throw mixedWidths(name, dst, src);
    }
    return new Instruction(opcode | REGISTER, to, registerNumber(src, `${name}: src`), offset, 0);
  };
}

// The verifier refuses the constants that these refuse.
function division(name: string, operation: number, offset = 0): Arithmetic {
  return arithmetic(name, operation, offset, (value, half, what) => {
    if (value === 0) throw invalidArgument(what, "a number other than 0", value);
    return half ? checkImmediate(value, what) : checkSigned(value, what);
  });
}

function shift(name: string, operation: number): Arithmetic {
  return arithmetic(name, operation, 0, (value, half, what) => checkUnsigned(value, half ? 5 : 6, what));
}

/** `dst = src` */
export const mov: Arithmetic = arithmetic("mov", alu.mov);
/** `dst += src` */
export const add: Arithmetic = arithmetic("add", alu.add);
/** `dst -= src` */
export const sub: Arithmetic = arithmetic("sub", alu.sub);
/** `dst *= src` */
export const mul: Arithmetic = arithmetic("mul", alu.mul);
/** `dst /= src`, unsigned. Division by a register that is 0 gives 0. */
export const div: Arithmetic = division("div", alu.div);
/** `dst /= src`, signed. @since Linux 6.6 */
export const sdiv: Arithmetic = division("sdiv", alu.div, 1);
/** `dst %= src`, unsigned. Division by a register that is 0 keeps `dst`. */
export const mod: Arithmetic = division("mod", alu.mod);
/** `dst %= src`, signed, with the sign of `dst`. @since Linux 6.6 */
export const smod: Arithmetic = division("smod", alu.mod, 1);
/** `dst |= src` */
export const or: Arithmetic = arithmetic("or", alu.or);
/** `dst &= src` */
export const and: Arithmetic = arithmetic("and", alu.and);
/** `dst ^= src` */
export const xor: Arithmetic = arithmetic("xor", alu.xor);
/** `dst <<= src` */
export const lsh: Arithmetic = shift("lsh", alu.lsh);
/** `dst >>= src`, unsigned. */
export const rsh: Arithmetic = shift("rsh", alu.rsh);
/** `dst >>= src`, signed. */
export const arsh: Arithmetic = shift("arsh", alu.arsh);

/** `dst = -dst` */
export function neg(dst: Destination | HalfDestination): Instruction {
  const opcode = alu.neg | (isHalf(dst) ? classes.alu : classes.alu64);
  return new Instruction(opcode, destinationNumber(dst, "neg: dst"), 0, 0, 0);
}

/** `dst = src`, sign-extended from the lowest `bits`. @since Linux 6.6 */
export function movsx(dst: Destination, src: Register, bits: 8 | 16 | 32): Instruction;
export function movsx(dst: HalfDestination, src: HalfRegister, bits: 8 | 16): Instruction;
export function movsx(
  dst: Destination | HalfDestination,
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
    destinationNumber(dst, "movsx: dst"),
    registerNumber(src, "movsx: src"),
    bits,
    0,
  );
}

function swap(name: string, opcode: number) {
  return (dst: Destination, bits: 16 | 32 | 64): Instruction => {
    checkOneOf(bits, [16, 32, 64], `${name}: bits`);
    return new Instruction(opcode, wholeDestination(dst, `${name}: dst`), 0, 0, bits);
  };
}

/** Converts the lowest `bits` of `dst` between host byte order and little endian. The other bits become 0. */
export const le: (dst: Destination, bits: 16 | 32 | 64) => Instruction = swap("le", alu.end | classes.alu);
/** Converts the lowest `bits` of `dst` between host and network byte order. The other bits become 0. */
export const be: (dst: Destination, bits: 16 | 32 | 64) => Instruction = swap(
  "be",
  alu.end | REGISTER | classes.alu,
);
/** Reverses the bytes of the lowest `bits` of `dst`. The other bits become 0. @since Linux 6.6 */
export const bswap: (dst: Destination, bits: 16 | 32 | 64) => Instruction = swap(
  "bswap",
  alu.end | classes.alu64,
);

/**
 * Converts a pointer between address spaces: 0 is the kernel, 1 an arena. @since Linux 6.9
 */
export function addrSpaceCast(dst: Destination, src: Register, to: number, from: number): Instruction {
  const imm =
    (checkUnsigned(to, 16, "addrSpaceCast: to") << 16) | checkUnsigned(from, 16, "addrSpaceCast: from");
  return new Instruction(
    alu.mov | REGISTER | classes.alu64,
    wholeDestination(dst, "addrSpaceCast: dst"),
    wholeNumber(src, "addrSpaceCast: src"),
    1,
    imm,
  );
}
