import { environmentRemedy } from "../kernel/refusal.ts";

/** Why the kernel may have answered EPERM although no capability is missing. */
export function deniedRemedy(log: string): string | undefined {
  const limit = /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  if (limit !== undefined)
    return `The process may lock too little memory (RLIMIT_MEMLOCK is ${limit.trim()}): raise it with ulimit -l or LimitMEMLOCK=, or give Node CAP_SYS_RESOURCE`;
  return environmentRemedy();
}
