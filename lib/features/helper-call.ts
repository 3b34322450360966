import { call, exit } from "../asm/index.ts";
import { EINVAL } from "../errors/errno.ts";
import type { AttachType, ProgramType } from "../spec/index.ts";
import { refusedEarly, tryLoad } from "./load.ts";

/** A flag of BPF_PROG_LOAD: the program may sleep. */
export const BPF_F_SLEEPABLE = 1 << 4;

/** The attach type of trial programs, for types that cannot be loaded without one. */
export const attachTypes: Partial<Record<ProgramType, AttachType>> = {
  "cgroup-sock-addr": "cgroup-inet4-connect",
  "cgroup-sockopt": "cgroup-getsockopt",
  "sk-lookup": "sk-lookup",
  netfilter: "netfilter",
};

const targeted = new Set<ProgramType>(["tracing", "ext", "lsm", "struct-ops"]);

/** Whether programs of a type can be loaded without an attach target. */
export function isLoadedAlone(type: ProgramType): boolean {
  return !targeted.has(type);
}

// The helper is unknown to the verifier, or forbidden for this type or in this context.
const forbidden =
  /invalid func |unknown func |program of this type cannot use helper |helper call is not allowed in|can be sleepable/;

// The second message exists since Linux 7.0.
const sleeps = /might sleep in a non-sleepable|sleepable helper /;

/**
 * Whether the verifier allows a program of a type to call a helper: 1, 0, or a negative errno. The call has no
 * arguments: a complaint about arguments shows that the verifier allows the helper.
 */
export function callsHelper(type: ProgramType, helper: number): number {
  const attempt = (flags: number) =>
    tryLoad({ type, attachType: attachTypes[type], flags, instructions: [call(helper), exit()] });
  // All programs of type "syscall" are sleepable. Among programs of type "kprobe", those of uprobes may be.
  let { status, log } = attempt(type === "syscall" ? BPF_F_SLEEPABLE : 0);
  const mightSleep = sleeps.test(log) || (type === "kprobe" && log.includes("unknown func"));
  if (mightSleep) ({ status, log } = attempt(BPF_F_SLEEPABLE));
  if (status === 0) return 1;
  if (forbidden.test(log) || sleeps.test(log)) return 0;
  // The kernel refused the program before the verifier reached the call.
  if (refusedEarly(log)) return status === -EINVAL ? 0 : status;
  return 1;
}
