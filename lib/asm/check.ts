import { InvalidArgumentError } from "../errors.ts";
import { show } from "./registers.ts";

function checkRange(value: unknown, least: number, most: number, what: string): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw new InvalidArgumentError(
    `${what}: expected an integer from ${least} to ${most}, received ${show(value)}`,
  );
}

/** A signed offset of 16 bits. @throws InvalidArgumentError */
export function checkOffset(value: unknown, what: string): number {
  return checkRange(value, -0x8000, 0x7fff, what);
}

/** An immediate of 32 bits; what is beyond INT32_MAX stands for its 32 bits. @throws InvalidArgumentError */
export function checkImmediate(value: unknown, what: string): number {
  return checkRange(value, -0x8000_0000, 0xffff_ffff, what) | 0;
}

/**
 * An immediate that the machine extends with its sign to 64 bits, where a number beyond INT32_MAX would become another.
 *
 * @throws InvalidArgumentError
 */
export function checkSigned(value: unknown, what: string): number {
  return checkRange(value, -0x8000_0000, 0x7fff_ffff, what);
}

export function checkUnsigned(value: unknown, bits: number, what: string): number {
  return checkRange(value, 0, 2 ** bits - 1, what);
}

/** One of a few numbers or names. @throws InvalidArgumentError */
export function checkOneOf<T>(value: unknown, allowed: readonly T[], what: string): T {
  if (allowed.includes(value as T)) return value as T;
  throw new InvalidArgumentError(`${what}: expected ${allowed.join(", ")}, received ${show(value)}`);
}
