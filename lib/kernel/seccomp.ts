import { readFileSync } from "node:fs";

/** Whether a seccomp filter decides which system calls this process may make, as in most containers. */
function seccompFiltered(): boolean {
  try {
    return /^Seccomp:\s*2$/m.test(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return false;
  }
}

/** Why the kernel may refuse BPF under a seccomp filter; undefined where there is none. */
export function seccompRemedy(): string | undefined {
  return seccompFiltered()
    ? "A seccomp filter decides which system calls this process may make, and may forbid bpf(): in a container, allow it in the seccomp profile"
    : undefined;
}
