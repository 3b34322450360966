import { environmentRemedy } from "../kernel/refusal.ts";
import { kernelAtLeast } from "../kernel/version.ts";

/** Why the kernel may have answered EPERM although no capability is missing. */
export function deniedRemedy(log: string): string | undefined {
  // Locked memory was counted until Linux 5.11 (80ee81e0403c); libbpf says it of any EPERM.
  const limit = kernelAtLeast("5.11")
    ? undefined
    : /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  if (limit !== undefined)
    return `The process may lock too little memory (RLIMIT_MEMLOCK is ${limit.trim()}): raise it with ulimit -l or LimitMEMLOCK=, or give Node CAP_SYS_RESOURCE`;
  return environmentRemedy();
}
