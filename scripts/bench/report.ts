/** A figure of this package and that of a peer in the same run. */
export interface Row {
  what: string;
  ours: number;
  theirs: number | undefined;
  /** Whose that is, where it is not C. */
  peer?: string;
  /** Ratio, or nanoseconds where C has no counterpart; Infinity for a figure that is only printed. */
  limit: number;
}

/** What the limit of a row is compared with. */
export function measureOf({ ours, theirs }: Row): number {
  return theirs === undefined ? ours : ours / theirs;
}

/** Prints the figures, and says whether all are within their limits. */
export function report(rows: readonly Row[]): boolean {
  let good = true;
  for (const row of rows) {
    const { what, ours, theirs, peer = "C", limit } = row;
    const measure = measureOf(row);
    const unit = theirs === undefined ? "ns" : `times ${peer}`;
    if (measure > limit) good = false;
    const bar = limit === Number.POSITIVE_INFINITY ? "" : ` (at most ${Number(limit.toFixed(2))})`;
    console.log(
      `${what.padEnd(36)} ${ours.toFixed(1).padStart(8)} ns ` +
        `${(theirs?.toFixed(1) ?? "").padStart(8)}${theirs === undefined ? "   " : " ns"} ` +
        `${measure.toFixed(2).padStart(6)} ${unit}${bar}${measure > limit ? "  TOO SLOW" : ""}`,
    );
  }
  return good;
}
