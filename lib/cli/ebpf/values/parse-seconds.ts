import { UsageError } from "../../usage-error.ts";

/** Parses a time in seconds, 0.1 to a day. Returns milliseconds. */
export function milliseconds(text: string, option: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 0.1 && number <= 86_400) return Math.round(number * 1000);
  throw new UsageError(`${option}: expected seconds, 0.1 to 86400, received "${text}"`);
}
