import { EPERM } from "../errors/errno.ts";
import { PermissionError } from "../errors/index.ts";
import { type Capability, holds, privilegeRemedy } from "../kernel/privilege.ts";
import { environmentRemedy } from "../native/environment.ts";
import type { Status } from "../native/handle.ts";
import { cached } from "./cache.ts";
import { tryLoad } from "./load.ts";
import { unanswered } from "./unanswered.ts";

/**
 * Probes the kernel, unless the result is cached.
 *
 * @param what - The subject for messages: `maps of type "hash"`.
 * @param needed - The capabilities that the probe needs.
 * @param ask - The probe: returns 1, 0, or the negative errno of a failed call.
 * @throws {@link PermissionError}, {@link SystemError} when the kernel's refusal says nothing about the subject.
 */
export function question(what: string, needed: readonly Capability[], ask: () => Status): boolean {
  return cached(what, () => {
    requirePrivilege(what);
    const answer = ask();
    if (answer === 1) return true;
    const error = answer < 0 ? unanswered(what, -answer, needed) : undefined;
    if (error !== undefined) throw error;
    requireBpf(what);
    return false;
  });
}

/** @throws {@link PermissionError} without CAP_BPF, when the kernel refuses nearly every operation. */
export function requirePrivilege(what: string): void {
  if (holds("bpf")) return;
  throw new PermissionError(`cannot probe support for ${what}`, {
    operation: "probe",
    errno: EPERM,
    remedy: privilegeRemedy(["bpf"]),
  });
}

/**
 * Checks that this process may use bpf(). Otherwise a refusal is not a result, because a seccomp filter can return any
 * errno.
 *
 * @throws {@link PermissionError} when the simplest program cannot be loaded, for a reason in the process's environment.
 */
export function requireBpf(what: string): void {
  const { status } = tryLoad({ type: "socket-filter" });
  if (status === 0) return;
  const remedy = privilegeRemedy(["bpf"]) ?? environmentRemedy();
  if (remedy === undefined) return;
  throw new PermissionError(`cannot probe support for ${what}`, {
    operation: "probe",
    errno: -status,
    remedy,
  });
}
