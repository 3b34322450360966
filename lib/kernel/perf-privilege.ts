import { readFileSync } from "node:fs";
import { holds } from "./privilege.ts";

/** The sysctl kernel.perf_event_paranoid; undefined where /proc does not tell. */
function perfEventParanoid(): number | undefined {
  try {
    return Number(readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8"));
  } catch {
    return undefined;
  }
}

/** Why the kernel may refuse perf events to a process that has CAP_PERFMON; undefined where nothing is known. */
export function perfRemedy(): string | undefined {
  if (holds("sys_admin")) return undefined;
  const paranoid = perfEventParanoid();
  // A patch of Debian and others; the kernel itself knows nothing above 2.
  if (paranoid !== undefined && paranoid > 2)
    return `CAP_SYS_ADMIN is missing: with kernel.perf_event_paranoid at ${paranoid} the kernel asks for it besides CAP_PERFMON; set it to 2, run as root, or give Node the capability`;
  return "CAP_SYS_ADMIN is missing: kernels with the fix of CVE-2025-38466 ask for it to attach uprobes, besides CAP_PERFMON; run as root, or give Node the capability";
}
