import { readFileSync } from "node:fs";
import { holds } from "./privilege.ts";
import { kernelAtLeast } from "./version.ts";

/** Before Linux 5.11 maps and programs count as locked memory. Exceeding the limit fails with EPERM. */
export function memoryRemedy(): string | undefined {
  if (kernelAtLeast("5.11") || holds("sys_resource")) return undefined;
  const limit = lockedMemory();
  if (limit === undefined || limit === "unlimited") return undefined;
  return lockedMemoryRemedy(`${limit} bytes`);
}

/** @param limit - RLIMIT_MEMLOCK with its unit. */
export function lockedMemoryRemedy(limit: string): string {
  return `The limit of locked memory is possibly too low (RLIMIT_MEMLOCK is ${limit}): raise it with ulimit -l or LimitMEMLOCK=, or give Node.js CAP_SYS_RESOURCE (npx ebpf docs privileges)`;
}

/** Returns the soft limit RLIMIT_MEMLOCK in bytes, or `unlimited`; undefined when /proc cannot be read. */
export function lockedMemory(): string | undefined {
  try {
    return /^Max locked memory\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
