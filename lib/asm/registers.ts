import { describeValue, invalidArgument } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";

const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
type RegisterNumber = (typeof numbers)[number];

/** A 64-bit register. */
export type Register = `r${RegisterNumber}`;

/** The lower 32 bits of a register. A write clears the upper 32 bits. */
export type HalfRegister = `w${RegisterNumber}`;

/** A 64-bit register that an instruction can write. */
export type Destination = Exclude<Register, "r10">;

/** The lower half of a register that an instruction can write. */
export type HalfDestination = Exclude<HalfRegister, "w10">;

/** The return value of helpers, functions and the program. */
export const r0 = "r0";
/** The first argument; at the start of the program, the context. */
export const r1 = "r1";
/** The second argument. */
export const r2 = "r2";
/** The third argument. */
export const r3 = "r3";
/** The fourth argument. */
export const r4 = "r4";
/** The fifth and last argument. */
export const r5 = "r5";
/** A register that calls preserve. */
export const r6 = "r6";
/** A register that calls preserve. */
export const r7 = "r7";
/** A register that calls preserve. */
export const r8 = "r8";
/** A register that calls preserve. */
export const r9 = "r9";
/** The end of the stack frame of 512 bytes. Read-only. */
export const r10 = "r10";
/** The frame pointer, another name of {@link r10}. */
export const fp = r10;
/** The lower half of {@link r0}. */
export const w0 = "w0";
/** The lower half of {@link r1}. */
export const w1 = "w1";
/** The lower half of {@link r2}. */
export const w2 = "w2";
/** The lower half of {@link r3}. */
export const w3 = "w3";
/** The lower half of {@link r4}. */
export const w4 = "w4";
/** The lower half of {@link r5}. */
export const w5 = "w5";
/** The lower half of {@link r6}. */
export const w6 = "w6";
/** The lower half of {@link r7}. */
export const w7 = "w7";
/** The lower half of {@link r8}. */
export const w8 = "w8";
/** The lower half of {@link r9}. */
export const w9 = "w9";
/** The lower half of {@link r10}. */
export const w10 = "w10";

const byName = new Map<unknown, number>(
  numbers.flatMap((n) => [
    [`r${n}`, n],
    [`w${n}`, n],
  ]),
);

/** The number of a register of either width. @throws {@link InvalidArgumentError} when it is not a register. */
export function registerNumber(register: unknown, what: string): number {
  const number = byName.get(register);
  if (number !== undefined) return number;
  throw invalidArgument(what, "a register, r0 to r10 or w0 to w10", register);
}

/** The number of a 64-bit register. @throws {@link InvalidArgumentError} when it is not one. */
export function wholeNumber(register: unknown, what: string): number {
  if (isHalf(register)) {
    throw invalidArgument(what, "a 64-bit register, r0 to r10", register);
  }
  return registerNumber(register, what);
}

/** The number of a register that an instruction writes. @throws {@link InvalidArgumentError} for r10, which is read-only. */
export function destinationNumber(register: unknown, what: string): number {
  const number = registerNumber(register, what);
  if (number !== 10) return number;
  throw invalidArgument(what, "r0 to r9 or w0 to w9, since r10 is read-only", register);
}

/** The same for a 64-bit register. */
export function wholeDestination(register: unknown, what: string): number {
  wholeNumber(register, what);
  return destinationNumber(register, what);
}

export function isRegister(value: unknown): value is Register | HalfRegister {
  return byName.has(value);
}

export function isHalf(register: unknown): register is HalfRegister {
  return byName.has(register) && (register as string).startsWith("w");
}

/** The error for operands of different widths. */
export function mixedWidths(operation: string, first: unknown, second: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `${operation}: expected two registers of the same width, received ${describeValue(first)} and ${describeValue(second)}`,
  );
}
