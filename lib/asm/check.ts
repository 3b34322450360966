import { type Check, integerIn, invalidArgument } from "../arguments/index.ts";

/** Checks the offset of a memory access or jump. */
export const checkOffset: Check<number> = integerIn(-0x8000, 0x7fff, "16 bits");

/**
 * Checks an immediate that the machine sign-extends to 64 bits. A number above INT32_MAX would change its value.
 */
export const checkSigned: Check<number> = integerIn(-0x8000_0000, 0x7fff_ffff, "signed 32 bits");

const checkWord = integerIn(-0x8000_0000, 0xffff_ffff, "32 bits");

/** A 32-bit immediate, signed or unsigned. */
export const checkImmediate: Check<number> = (value, subject) => checkWord(value, subject) | 0;

export function checkUnsigned(value: unknown, bits: number, subject: string): number {
  return integerIn(0, 2 ** bits - 1, `${bits} bits`)(value, subject);
}

/** Checks that a value is in a short list. @throws {@link InvalidArgumentError} */
export function checkOneOf<T>(value: unknown, allowed: readonly T[], subject: string): T {
  if (allowed.includes(value as T)) return value as T;
  throw invalidArgument(subject, allowed.join(", "), value);
}

/** Elements are checked when they are used: see {@link checkItem}. */
export function checkItems<T>(items: readonly T[], subject: string): readonly T[] {
  if (Array.isArray(items)) return items;
  throw invalidArgument(subject, "an array of instructions and labels", items);
}

/** Whether an element is an instruction. `instanceof` for each would cost as much as encoding them. */
export function checkItem(item: { readonly opcode: number } | null | undefined): void {
  if (typeof item?.opcode !== "number") throw invalidArgument("item", "an instruction or a label", item);
}
