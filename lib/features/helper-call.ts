import { EINVAL } from "../errors/errno.ts";
import { native } from "../native/addon.ts";
import { type AttachType, attachTypeNumber, type ProgramType, programTypeNumber } from "../spec/index.ts";

const BPF_F_SLEEPABLE = 1 << 4;

/** What the verifier must know besides the type: the place, of types that have several. */
const attachTypes: Partial<Record<ProgramType, AttachType>> = {
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
  const call = (flags: number) => {
    const attachType = attachTypes[type];
    return native().probeLoad({
      type: programTypeNumber(type),
      helper,
      flags,
      ...(attachType !== undefined && { attachType: attachTypeNumber(attachType) }),
    });
  };
  // Programs of type "syscall" are all sleepable; of type "kprobe" those of uprobes may be.
  let { status, log } = call(type === "syscall" ? BPF_F_SLEEPABLE : 0);
  const mightSleep = sleeps.test(log) || (type === "kprobe" && log.includes("unknown func"));
  if (mightSleep) ({ status, log } = call(BPF_F_SLEEPABLE));
  if (status === 0) return 1;
  if (forbidden.test(log) || sleeps.test(log)) return 0;
  // Refused before the verifier came to the call.
  if (log === "" || /^processed 0 insns/m.test(log)) return status === -EINVAL ? 0 : status;
  return 1;
}
