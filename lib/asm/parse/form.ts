import type { Target } from "../fields.ts";
import { Instruction } from "../instruction.ts";
import { opcodes } from "../opcodes.ts";
import type { Notation } from "../print-instruction.ts";

type Match = readonly (string | undefined)[];

/** An instruction, or what is wrong with it; undefined when the line has another form. */
export type Parsed = Instruction | string | undefined;

/** A form of a line, and the function that creates its instruction from the captured groups. */
export type Form = readonly [pattern: RegExp, make: (match: Match, notation: Notation) => Parsed];

export const R = "([rw])(\\d\\d?)";
export const NUMBER = "([+-]?(?:0x[0-9a-f]+|\\d+))";
export const AT = "\\(\\s*r(\\d\\d?)\\s*([+-])\\s*(0x[0-9a-f]+|\\d+)\\s*\\)";
export const SIZE = "([us](?:8|16|32|64))";
const PLACE = "(?:pc)?([+-](?:0x[0-9a-f]+|\\d+))(?: <[^<> ]*>)?";
const LABEL = "([\\w.$]+)(?: <[^<> ]*>)?";
export const TO = `(?:${PLACE}|${LABEL})`;

/** An immediate of 32 bits, with sign or without. */
export function immediate(text: string): number | undefined {
  const value = number(text);
  return value >= -0x8000_0000 && value <= 0xffff_ffff ? value | 0 : undefined;
}

export function number(text: string): number {
  const negative = text.startsWith("-");
  const bare = /^[+-]/.test(text) ? text.slice(1) : text;
  return negative ? -Number(bare) : Number(bare);
}

export function register(text: string | undefined): number {
  return Number(text);
}

/** Also accepts r11 to r15: the verifier adds r11 to loaded programs, and refuses the others itself. */
export function registerProblem(...numbers: readonly number[]): string | undefined {
  return numbers.some((number) => number > 15) ? "registers have numbers from 0 to 15" : undefined;
}

/** Checks the fields of an instruction and creates it. */
export function build(
  opcode: number,
  dst: number,
  src: number,
  offset: number | undefined,
  imm: number | undefined,
  high = 0,
  target?: Target,
): Parsed {
  const wrong = registerProblem(dst, src);
  if (wrong !== undefined) return wrong;
  if (offset === undefined || offset < -0x8000 || offset > 0x7fff) return "an offset has 16 bits";
  if (imm === undefined) return "an immediate has 32 bits";
  return new Instruction(opcode, dst, src, offset, imm, high, target);
}

/** A 64-bit immediate, which occupies two slots. */
export function wideImmediate(dst: string | undefined, digits: string): Parsed {
  if (digits.length > 30) return "a 64-bit immediate has 64 bits";
  const negative = digits.startsWith("-");
  const value = BigInt(digits.replace(/^[+-]/, "")) * (negative ? -1n : 1n);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return "a 64-bit immediate has 64 bits";
  const low = Number(BigInt.asIntN(32, value));
  return build(opcodes.loadImm64, register(dst), 0, 0, low, Number(BigInt.asIntN(32, value >> 32n)));
}
