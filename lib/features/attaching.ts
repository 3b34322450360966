import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { NativeLinkProbe } from "../native/probe.ts";
import { native } from "../native.ts";
import { type AttachType, attachTypeNumber, type ProgramType, programTypeNumber } from "../spec/index.ts";
import { cached } from "./cache.ts";
import { loadsIterators, requirePrivilege } from "./types.ts";

const { EBADF, ENODEV, EAFNOSUPPORT, ENOENT, ESRCH } = constants.errno;

/** A way to attach programs that kernels may lack. */
export type AttachFeature =
  | "kprobe"
  | "kprobe-multi"
  | "kprobe-session"
  | "uprobe"
  | "uprobe-multi"
  | "uprobe-session"
  | "fentry"
  | "lsm"
  | "iterator"
  | "perf-link"
  | "tcx"
  | "netkit"
  | "cgroup-link"
  | "netfilter";

interface LinkProbe extends Omit<NativeLinkProbe, "type" | "attachType"> {
  type: ProgramType;
  attachType: AttachType;
  /** The errors by which a kernel that knows the link complains of what it was to attach to. */
  known: readonly number[];
}

// No machine has so many interfaces.
const noInterface = 0x7fff_ffff;

// The kernel that has the link gets as far as looking for what is not there.
const links: Partial<Record<AttachFeature, LinkProbe>> = {
  "kprobe-multi": multi("kprobe", "trace-kprobe-multi"),
  "kprobe-session": multi("kprobe", "trace-kprobe-session"),
  "uprobe-multi": { type: "kprobe", attachType: "trace-uprobe-multi", path: "/", known: [EBADF] },
  "uprobe-session": { type: "kprobe", attachType: "trace-uprobe-session", path: "/", known: [EBADF] },
  fentry: { type: "tracing", attachType: "trace-fentry", function: "bpf_fentry_test1", target: 0, known: [] },
  "perf-link": { type: "tracepoint", attachType: "perf-event", known: [EBADF] },
  tcx: { type: "sched-cls", attachType: "tcx-ingress", target: noInterface, known: [ENODEV] },
  netkit: { type: "sched-cls", attachType: "netkit-primary", target: noInterface, known: [ENODEV] },
  "cgroup-link": { type: "cgroup-skb", attachType: "cgroup-inet-egress", known: [EBADF] },
  netfilter: { type: "netfilter", attachType: "netfilter", target: 0, known: [EAFNOSUPPORT] },
};

function multi(type: ProgramType, attachType: AttachType): LinkProbe {
  return { type, attachType, target: 0, symbol: "no_such_function_anywhere", known: [ESRCH, ENOENT] };
}

/**
 * Whether this kernel can attach programs in a way, found out by trying with something that is not there.
 *
 * `netkit` is true where the kernel knows of such links, though it may have no netkit devices.
 *
 * @throws PermissionError without CAP_BPF: the kernel then answers nothing.
 */
export function attaching(feature: AttachFeature): boolean {
  return cached(`attaching by ${feature}`, () => {
    switch (feature) {
      case "kprobe":
        return hasPerfEvents("kprobe", "kprobe_events");
      case "uprobe":
        return hasPerfEvents("uprobe", "uprobe_events");
      case "lsm":
        return activeLsms().includes("bpf") && attaching("fentry");
      case "iterator":
        requirePrivilege("iterators");
        return loadsIterators();
      default:
        return tryLink(feature);
    }
  });
}

function tryLink(feature: AttachFeature): boolean {
  const { type, attachType, known, ...probe } = links[feature] as LinkProbe;
  requirePrivilege(`attaching by ${feature}`);
  const status = native().probeLink({
    ...probe,
    type: programTypeNumber(type),
    attachType: attachTypeNumber(attachType),
  });
  return status === 0 || known.includes(-status);
}

function hasPerfEvents(device: string, file: string): boolean {
  if (existsSync(`/sys/bus/event_source/devices/${device}/type`)) return true;
  return ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].some((at) => existsSync(`${at}/${file}`));
}

/** The security modules that decide in this kernel: `bpf` has to be among them for LSM programs to run. */
export function activeLsms(): string[] {
  try {
    return readFileSync("/sys/kernel/security/lsm", "utf8").trim().split(",");
  } catch {
    // securityfs is not mounted, or this kernel has none: then there is no BPF LSM that could be seen either.
    return [];
  }
}
