import { readFileSync } from "node:fs";
import { lockdown } from "./lockdown.ts";
import { holds } from "./privilege.ts";
import { seccompRemedy } from "./seccomp.ts";
import { kernelAtLeast } from "./version.ts";

/** Why the kernel may refuse BPF to a process that has all capabilities; undefined where nothing is known. */
export function environmentRemedy(): string | undefined {
  const locked = lockdown();
  if (locked === "integrity" || locked === "confidentiality")
    return `The kernel is locked down (${locked}), which forbids some of BPF to every process: see /sys/kernel/security/lockdown`;
  return seccompRemedy() ?? memoryRemedy();
}

/** Before Linux 5.11 maps and programs count as locked memory, and what exceeds the limit is refused with EPERM. */
function memoryRemedy(): string | undefined {
  if (kernelAtLeast("5.11") || holds("sys_resource")) return undefined;
  const limit = lockedMemory();
  if (limit === undefined || limit === "unlimited") return undefined;
  return `The process may lock too little memory (RLIMIT_MEMLOCK is ${limit} bytes): raise it with ulimit -l or LimitMEMLOCK=, or give Node CAP_SYS_RESOURCE`;
}

/** The soft limit RLIMIT_MEMLOCK in bytes, or `unlimited`; undefined where /proc does not tell. */
function lockedMemory(): string | undefined {
  try {
    return /^Max locked memory\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
