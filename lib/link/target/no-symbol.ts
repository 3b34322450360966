import { ENOENT } from "../../errno.ts";
import { NoSymbolError } from "../../errors.ts";
import type { NativeError } from "../../native/handle.ts";
import type { Attachable } from "../attachable.ts";
import { nearestInBinary } from "./binary-symbols.ts";

/** The error for a function that a binary does not have. */
export function noSymbol(
  program: Attachable,
  path: string,
  symbol: string,
  cause?: NativeError,
): NoSymbolError {
  return new NoSymbolError(
    program.name,
    `${path} has no function "${symbol}"`,
    symbol,
    nearestInBinary(path, symbol),
    {
      errno: ENOENT,
      cause,
      remedy: "A stripped binary shows only what it exports; an offset can be given instead",
    },
  );
}
