import { wallTime } from "./wall-time.ts";

/**
 * The time of day of a moment that a program took with `bpf_ktime_get_ns()`: a Date, with the exact number of the kernel.
 *
 * The date is what the clock would show now for that moment (see {@link wallTime}), to the millisecond.
 */
export class KernelTime extends Date {
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly ns: bigint;
  readonly #read: number;

  /**
   * @param ns - Nanoseconds of CLOCK_MONOTONIC.
   * @throws {@link InvalidArgumentError} when it is not an integer from 0 to 2^64-1.
   */
  constructor(ns: bigint | number) {
    super(wallTime(ns));
    this.ns = BigInt(ns);
    this.#read = this.getTime();
  }

  /** The nanoseconds of a date. They are exact for a KernelTime, unless the date was changed. @internal */
  static nanoseconds(date: Date): bigint {
    if (date instanceof KernelTime && date.getTime() === date.#read) return date.ns;
    return process.hrtime.bigint() - BigInt(Math.round((Date.now() - date.getTime()) * 1e6));
  }
}
