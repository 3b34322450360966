import { nearestNames } from "../../errors.ts";
import { native } from "../../native.ts";

/** Functions of a binary whose names are close to one that it does not have, best first. */
export function nearestInBinary(path: string, wanted: string): string[] {
  return nearestNames(wanted, native().functionNames(path));
}
