import { readFileSync } from "node:fs";

/** Returns whether a seccomp filter restricts the system calls of this process, as in most containers. */
export function seccompFiltered(): boolean {
  try {
    return /^Seccomp:\s*2$/m.test(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return false;
  }
}

/** Explains why perf_event_open() may fail under a seccomp filter; undefined without a filter. */
export function perfFilterRemedy(): string | undefined {
  return seccompFiltered()
    ? "A seccomp filter decides which system calls this process may make, and may forbid perf_event_open(): in a container, allow it in the seccomp profile"
    : undefined;
}
