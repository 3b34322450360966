import { readFileSync } from "node:fs";

/**
 * Returns the sysctl kernel.perf_event_max_stack, the maximum number of frames of a stack; undefined when /proc cannot
 * be read.
 */
export function maxStack(): number | undefined {
  try {
    return Number(readFileSync("/proc/sys/kernel/perf_event_max_stack", "utf8"));
  } catch {
    return undefined;
  }
}
