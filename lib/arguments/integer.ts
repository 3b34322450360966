import { type Check, invalidArgument } from "./check.ts";

/** An integer from `min` to `max`; `unit` follows the range in messages: `0 to 65535 (u16)`. */
export function integerIn(min: number, max: number, unit?: string): Check<number> {
  const expected = `an integer from ${min} to ${max}${unit === undefined ? "" : ` (${unit})`}`;
  return (value, subject) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max)
      return value + 0;
    throw invalidArgument(subject, expected, value);
  };
}

/** A number from `min` to `max`, whole or not. */
export function numberIn(min: number, max: number, unit: string): Check<number> {
  return (value, subject) => {
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw invalidArgument(subject, `a number from ${min} to ${max} (${unit})`, value);
  };
}

/** A maximum: an integer of `min` or more, or Infinity. */
export function countFrom(min: number): Check<number> {
  return (value, subject) => {
    if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= min))
      return value as number;
    throw invalidArgument(subject, `an integer of ${min} or more, or Infinity`, value);
  };
}

export const checkU16: Check<number> = integerIn(0, 0xffff, "u16");
export const checkU32: Check<number> = integerIn(0, 0xffff_ffff, "u32");
export const checkI32: Check<number> = integerIn(-0x8000_0000, 0x7fff_ffff, "i32");
