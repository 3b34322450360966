import { environmentRemedy } from "../kernel/refusal.ts";
import { kernelAtLeast } from "../kernel/version.ts";

/** Possible reasons for EPERM when no capability is missing. */
export function deniedRemedy(log: string): string | undefined {
  // The kernel limited locked memory until Linux 5.11 (80ee81e0403c). libbpf prints the hint for every EPERM.
  const limit = kernelAtLeast("5.11")
    ? undefined
    : /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  if (limit !== undefined)
    return `The limit of locked memory is possibly too low (RLIMIT_MEMLOCK is ${limit.trim()}): raise it with ulimit -l or LimitMEMLOCK=, or give Node.js CAP_SYS_RESOURCE`;
  return environmentRemedy();
}
