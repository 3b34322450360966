import { type Check, integerIn, invalidArgument } from "../arguments/index.ts";

/** The offset of an access or of a jump. */
export const checkOffset: Check<number> = integerIn(-0x8000, 0x7fff, "16 bits");

/**
 * An immediate that the machine extends with its sign to 64 bits, where a number beyond INT32_MAX would become another.
 */
export const checkSigned: Check<number> = integerIn(-0x8000_0000, 0x7fff_ffff, "32 bits with sign");

const checkWord = integerIn(-0x8000_0000, 0xffff_ffff, "32 bits");

/** An immediate of 32 bits; what is beyond INT32_MAX stands for its 32 bits. */
export const checkImmediate: Check<number> = (value, subject) => checkWord(value, subject) | 0;

export function checkUnsigned(value: unknown, bits: number, subject: string): number {
  return integerIn(0, 2 ** bits - 1, `${bits} bits`)(value, subject);
}

/** One of a few numbers or names. @throws {@link InvalidArgumentError} */
export function checkOneOf<T>(value: unknown, allowed: readonly T[], subject: string): T {
  if (allowed.includes(value as T)) return value as T;
  throw invalidArgument(subject, allowed.join(", "), value);
}
