import type { OutputStream } from "./style.ts";

/** Returns the columns of a terminal; undefined for a pipe or a file, whose lines are not cut. */
export function columnsOf(stream: OutputStream): number | undefined {
  if (stream.isTTY !== true) return undefined;
  // A serial line can have no size.
  return stream.columns || 80;
}

/** Returns the rows of a terminal; undefined for a pipe or a file. */
export function rowsOf(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? stream.rows || 24 : undefined;
}
