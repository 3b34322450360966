import { lockdown } from "../kernel/lockdown.ts";
import { seccompFiltered } from "../kernel/seccomp.ts";

/** Why the kernel may have answered EPERM although no capability is missing. */
export function deniedRemedy(log: string): string | undefined {
  const limit = /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  if (limit !== undefined)
    return `The process may lock too little memory (RLIMIT_MEMLOCK is ${limit.trim()}): raise it with ulimit -l or LimitMEMLOCK=, or give Node CAP_SYS_RESOURCE`;
  const locked = lockdown();
  if (locked === "integrity" || locked === "confidentiality")
    return `The kernel is locked down (${locked}), which forbids some of BPF to every process: see /sys/kernel/security/lockdown`;
  if (seccompFiltered())
    return "A seccomp filter decides which system calls this process may make, and may forbid bpf(): in a container, allow it in the seccomp profile";
  return undefined;
}
