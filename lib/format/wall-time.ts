import { checkU64 } from "../arguments/index.ts";

/**
 * The time of day of a moment that a program took with `bpf_ktime_get_ns()`.
 *
 * The clock may have been set since: the answer is what it would show now for that moment. `bpf_ktime_get_boot_ns()`,
 * which goes on while the machine sleeps, is another clock.
 *
 * @param nanoseconds - Of CLOCK_MONOTONIC.
 * @throws {@link InvalidArgumentError} when it is not an integer from 0 to 2^64-1.
 *
 * @example
 * ```ts
 * console.log(wallTime(event.ktime).toISOString()); // of bpf_ktime_get_ns()
 * ```
 */
export function wallTime(nanoseconds: bigint | number): Date {
  const age = process.hrtime.bigint() - checkU64(nanoseconds, "nanoseconds of wallTime");
  return new Date(Date.now() - Number(age) / 1e6);
}
