import {
  checkBoolean,
  checkText,
  integerIn,
  invalidArgument,
  iterable,
  optional,
  optionsOf,
} from "../arguments/index.ts";
import { drawHistogram } from "./draw-histogram.ts";
import type { HistogramSlot } from "./histogram-slot.ts";

/** Options of {@link Histogram.text}. */
export interface HistogramTextOptions {
  /** The unit of the values: `microseconds`. It is printed above the slots. */
  unit?: string | undefined;
  /** The width of the text in columns, 40 to 1000. Default: 80. */
  width?: number | undefined;
  /** Draws with `*` alone, for terminals without Unicode. Default: false. */
  ascii?: boolean | undefined;
}

const textOptions = optionsOf<HistogramTextOptions>({
  unit: optional(checkText),
  width: optional(integerIn(40, 1000)),
  ascii: optional(checkBoolean),
});

/** The first value of a linear histogram, and the width of its slots. */
export interface LinearSlots {
  /** The smallest value of the first slot. Default: 0. */
  from?: number | undefined;
  /** Integers in a slot, 1 or more. Default: 1. */
  step?: number | undefined;
}

const safeInteger = integerIn(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const linearOptions = optionsOf<LinearSlots>({
  from: optional(safeInteger),
  step: optional(integerIn(1, Number.MAX_SAFE_INTEGER)),
});

/** A histogram: counts of values by slots, as BPF programs keep them in an array. */
export class Histogram {
  /** The slots in ascending order, without gaps. */
  readonly slots: readonly HistogramSlot[];
  /** The number of counted values. */
  readonly total: number;

  /**
   * Creates a histogram with slots by powers of two: slot `n` counts values from 2^n to 2^(n+1)-1, and slot 0 counts 0
   * and 1. Programs that limit the slot number count all larger values in the last slot.
   *
   * @param counts - The counts from slot 0: a `__u32[]` or `__u64[]` of a map or global variable.
   * @throws {@link InvalidArgumentError} for a count that is not an integer of 0 or more, or more than 64 slots.
   *
   * @example
   * ```ts
   * const latency = Histogram.log2(slots);
   * console.log(latency.text({ unit: "us" }), latency.percentile(99));
   * ```
   */
  static log2(counts: Iterable<number | bigint>): Histogram {
    const slots = Array.from(iterable(counts, "counts of Histogram.log2"), (count, n) => ({
      from: n === 0 ? 0 : 2 ** n,
      to: 2 ** (n + 1) - 1,
      count: checkCount(count, n),
    }));
    if (slots.length > 64) throw invalidArgument("slots of Histogram.log2", "64 or fewer", slots.length);
    return new Histogram(slots);
  }

  /**
   * Creates a histogram with slots of equal width.
   *
   * @param counts - The counts from the first slot.
   * @throws {@link InvalidArgumentError} as `log2`, and for options that do not fit.
   */
  static linear(counts: Iterable<number | bigint>, options?: LinearSlots): Histogram {
    const { from = 0, step = 1 } = linearOptions(options, "Histogram.linear");
    return new Histogram(
      Array.from(iterable(counts, "counts of Histogram.linear"), (count, n) => ({
        from: from + n * step,
        to: from + (n + 1) * step - 1,
        count: checkCount(count, n),
      })),
    );
  }

  private constructor(slots: readonly HistogramSlot[]) {
    this.slots = slots;
    this.total = slots.reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Returns an estimate of a percentile: the value that this share of the counted values does not exceed. Within a
   * slot, values are assumed to be evenly distributed. Undefined when nothing was counted.
   *
   * @param percent - 0 to 100: 50 is the median.
   * @throws {@link InvalidArgumentError} when it is out of range.
   */
  percentile(percent: number): number | undefined {
    if (!(typeof percent === "number" && percent >= 0 && percent <= 100))
      throw invalidArgument("percent of percentile", "a number from 0 to 100", percent);
    if (this.total === 0) return undefined;
    const wanted = (percent / 100) * this.total;
    let below = 0;
    let value = 0;
    for (const { from, to, count } of this.slots) {
      if (count === 0) continue;
      value = from + (to - from) * Math.max(0, Math.min(1, (wanted - below) / count));
      below += count;
      if (below >= wanted) break;
    }
    return value;
  }

  /**
   * Returns the slots from the first to the last that is not empty, one per line, each with a bar. The longest bar
   * fills the width. Without any counts, returns one line, without a line break at the end.
   *
   * @throws {@link InvalidArgumentError} for options that do not fit.
   */
  text(options?: HistogramTextOptions): string {
    const { unit = "value", width = 80, ascii = false } = textOptions(options, "Histogram.text");
    return drawHistogram(this.slots, { unit, width, ascii });
  }
}

function checkCount(count: unknown, slot: number): number {
  if ((typeof count === "number" && Number.isSafeInteger(count)) || typeof count === "bigint") {
    if (count >= 0) return Number(count);
  }
  throw invalidArgument(`count of slot ${slot}`, "an integer of 0 or more", count);
}
