import type { Scale } from "./measure.ts";

// n log n between the two largest numbers has a slope of 1.06 to 1.25; the rest is noise.
const MOST = 1.3;

/** Whether the cost grows at most as n log n. */
export function isGood({ slope }: Scale): boolean {
  return slope <= MOST;
}

/** Prints a line for each number of things, and returns whether all scales are good. */
export function reportScale(scales: readonly Scale[]): boolean {
  for (const scale of scales) {
    for (const [index, { count, cost, memory }] of scale.samples.entries()) {
      const isLast = index === scale.samples.length - 1;
      const note = isGood(scale) ? "" : `  TOO STEEP (at most ${MOST})`;
      console.log(
        `${(index === 0 ? scale.what : "").padEnd(40)} ${count.toLocaleString("en").padStart(10)} ` +
          `${(cost / 1000).toFixed(2).padStart(10)} µs each ${(memory / 1024).toFixed(1).padStart(9)} KiB each` +
          (isLast ? `  slope ${scale.slope.toFixed(2)}${note}` : ""),
      );
    }
  }
  return scales.every(isGood);
}
