/** One slot of a histogram. */
export interface HistogramSlot {
  /** The smallest value that it counts. */
  readonly from: number;
  /** The largest integer that it counts. */
  readonly to: number;
  /** The number of values in the slot. */
  readonly count: number;
}
