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

export const checkU16: Check<number> = integerIn(0, 0xffff, "u16");
export const checkU32: Check<number> = integerIn(0, 0xffff_ffff, "u32");
export const checkI32: Check<number> = integerIn(-0x8000_0000, 0x7fff_ffff, "i32");
