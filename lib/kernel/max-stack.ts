import { readFileSync } from "node:fs";

/** The sysctl kernel.perf_event_max_stack: frames of a stack at most. Undefined where /proc does not tell. */
export function maxStack(): number | undefined {
  try {
    return Number(readFileSync("/proc/sys/kernel/perf_event_max_stack", "utf8"));
  } catch {
    return undefined;
  }
}
