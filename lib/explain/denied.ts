import { environmentRemedy, lockedMemoryRemedy } from "../kernel/refusal.ts";
import { kernelAtLeast } from "../kernel/version.ts";

/** Possible reasons for EPERM when no capability is missing. */
export function deniedRemedy(log: string): string | undefined {
  // The kernel limited locked memory until Linux 5.11 (80ee81e0403c). libbpf prints the hint for every EPERM.
  const limit = kernelAtLeast("5.11")
    ? undefined
    : /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  return limit === undefined ? environmentRemedy() : lockedMemoryRemedy(limit.trim());
}
