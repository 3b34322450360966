import { call, exit } from "../asm/index.ts";
import { EINVAL } from "../errors/errno.ts";
import type { AttachType, ProgramType } from "../spec/index.ts";
import { refusedEarly, tryLoad } from "./load.ts";

/** Of BPF_PROG_LOAD: the program may sleep. */
export const BPF_F_SLEEPABLE = 1 << 4;

/** The attach type of trial programs, for types that are not loaded without one. */
export const attachTypes: Partial<Record<ProgramType, AttachType>> = {
  "cgroup-sock-addr": "cgroup-inet4-connect",
  "cgroup-sockopt": "cgroup-getsockopt",
  "sk-lookup": "sk-lookup",
  netfilter: "netfilter",
};

const targeted = new Set<ProgramType>(["tracing", "ext", "lsm", "struct-ops"]);

/** Whether programs of a type are loaded without something to attach to. */
export function isLoadedAlone(type: ProgramType): boolean {
  return !targeted.has(type);
}

// The verifier does not know the helper, or not for this type, or not from here.
const forbidden =
  /invalid func |unknown func |program of this type cannot use helper |helper call is not allowed in|can be sleepable/;

// The second from Linux 7.0 on.
const sleeps = /might sleep in a non-sleepable|sleepable helper /;

/**
 * Whether the verifier lets a program of a type call a helper: 1, 0, or a negative errno. The call has no arguments:
 * what the verifier says about those shows that it allows the helper.
 */
export function callsHelper(type: ProgramType, helper: number): number {
  const attempt = (flags: number) =>
    tryLoad({ type, attachType: attachTypes[type], flags, instructions: [call(helper), exit()] });
  // Programs of type "syscall" are all sleepable; of type "kprobe" those of uprobes may be.
  let { status, log } = attempt(type === "syscall" ? BPF_F_SLEEPABLE : 0);
  const mightSleep = sleeps.test(log) || (type === "kprobe" && log.includes("unknown func"));
  if (mightSleep) ({ status, log } = attempt(BPF_F_SLEEPABLE));
  if (status === 0) return 1;
  if (forbidden.test(log) || sleeps.test(log)) return 0;
  // Refused before the verifier came to the call.
  if (refusedEarly(log)) return status === -EINVAL ? 0 : status;
  return 1;
}
