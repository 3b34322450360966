import { KernelTime } from "../../format/kernel-time.ts";
import { bytesOf } from "../../memory/bytes-of.ts";

/** Returns whether every field of `given` equals the same field of `stored`. */
export function isSame(given: unknown, stored: unknown): boolean {
  if (given === undefined || Object.is(given, stored)) return true;
  if (typeof given !== "object" || given === null || typeof stored !== "object" || stored === null) {
    // Encoding accepts 1 for 1n, so this does too.
    return isNumeric(given) && isNumeric(stored) && String(given) === String(stored);
  }
  if (ArrayBuffer.isView(given) && ArrayBuffer.isView(stored)) {
    return Buffer.compare(bytesOf(given), bytesOf(stored)) === 0;
  }
  if (stored instanceof Date) return given instanceof Date && isSameTime(given, stored);
  if (Array.isArray(stored)) {
    const items = given as ArrayLike<unknown>;
    return items.length === stored.length && stored.every((item, i) => isSame(items[i], item));
  }
  const fields = given as Record<string, unknown>;
  return Object.entries(stored).every(([name, value]) => isSame(fields[name], value));
}

/** Two dates of one kernel time can differ by a millisecond. */
function isSameTime(given: Date, stored: Date): boolean {
  return given instanceof KernelTime && stored instanceof KernelTime
    ? given.ns === stored.ns
    : given.getTime() === stored.getTime();
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
