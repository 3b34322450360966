import { nearestNames } from "../../errors.ts";
import { globToRegExp } from "../../glob.ts";
import { isNativeError } from "../../native/handle.ts";
import { native } from "../../native.ts";

/** Functions of a binary whose names are close to one that it does not have, best first. */
export function nearestInBinary(path: string, wanted: string): string[] {
  try {
    return nearestNames(wanted, new Set(native().functions(path).names));
  } catch (error) {
    if (isNativeError(error)) return [];
    throw error;
  }
}

/** Where the functions that match a glob begin, in bytes from the start of the file. */
export function matchingOffsets(path: string, pattern: string): BigUint64Array {
  const glob = globToRegExp(pattern);
  const { names, offsets } = native().functions(path);
  // One function can have several names.
  const found = new Set(names.flatMap((name, i) => (glob.test(name) ? [offsets[i] ?? 0n] : [])));
  return BigUint64Array.from(found);
}

/** Where functions begin, in the order of their names; undefined for one that the binary does not have. */
export function offsetsByName(path: string, symbols: readonly string[]): (bigint | undefined)[] {
  const { names, offsets } = native().functions(path);
  const byName = new Map(names.map((name, i) => [name, offsets[i]]));
  return symbols.map((symbol) => byName.get(symbol));
}
