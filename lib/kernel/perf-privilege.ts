import { readFileSync } from "node:fs";
import { holds, runAsRoot } from "./privilege.ts";

/** Returns the sysctl kernel.perf_event_paranoid; undefined when /proc cannot be read. */
export function perfEventParanoid(): number | undefined {
  try {
    return Number(readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8"));
  } catch {
    return undefined;
  }
}

/** The remedy if kernel.perf_event_paranoid keeps this process from perf events; undefined if it does not. */
export function paranoidRemedy(): string | undefined {
  if (holds("sys_admin")) return undefined;
  const paranoid = perfEventParanoid();
  // Values above 2 exist only with a patch of Debian and other distributions.
  return paranoid !== undefined && paranoid > 2
    ? `CAP_SYS_ADMIN is missing: with kernel.perf_event_paranoid at ${paranoid} the kernel requires it in addition to CAP_PERFMON; set it to 2, ${runAsRoot}`
    : undefined;
}

/** Explains why the kernel may refuse uprobes to a process with CAP_PERFMON; undefined when no reason is known. */
export function uprobeRemedy(): string | undefined {
  if (holds("sys_admin")) return undefined;
  return (
    paranoidRemedy() ??
    `CAP_SYS_ADMIN is missing: kernels with the fix of CVE-2025-38466 require it in addition to CAP_PERFMON to attach uprobes; ${runAsRoot}`
  );
}
