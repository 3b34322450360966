import { lockdown } from "../kernel/lockdown.ts";
import { memoryRemedy } from "../kernel/locked-memory.ts";
import { seccompFiltered } from "../kernel/seccomp.ts";
import { native } from "./addon.ts";

const SOCKET_FILTER = 1;

/**
 * Explains why bpf() fails with any errno for a process with the privileges: a seccomp filter forbids it. Undefined if no
 * filter is installed, or if the simplest program loads in spite of it, as in most containers with CAP_BPF.
 */
export function bpfFilterRemedy(): string | undefined {
  if (!seccompFiltered() || native().probeLoad({ type: SOCKET_FILTER }).status === 0) return undefined;
  return "A seccomp filter forbids bpf() to this process: in a container, allow it in the seccomp profile";
}

/** Explains why the kernel may refuse BPF to a process with all capabilities; undefined when no reason is known. */
export function environmentRemedy(): string | undefined {
  // Mode "integrity" forbids only bpf_probe_write_user, with EINVAL of the verifier.
  if (lockdown() === "confidentiality")
    return "The kernel is locked down (confidentiality), which forbids some of BPF to every process: see /sys/kernel/security/lockdown";
  return bpfFilterRemedy() ?? memoryRemedy();
}
