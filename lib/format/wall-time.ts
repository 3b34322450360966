import { checkU64 } from "../arguments/index.ts";

/**
 * Returns the time of day of a timestamp of `bpf_ktime_get_ns()`.
 *
 * The result uses the current setting of the clock, which may have changed since the timestamp.
 * `bpf_ktime_get_boot_ns()` is another clock, which also runs while the machine is suspended.
 *
 * @param nanoseconds - Nanoseconds of CLOCK_MONOTONIC.
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
