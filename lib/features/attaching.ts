import { existsSync, readFileSync } from "node:fs";
import { checkName } from "../arguments/index.ts";
import { ENOENT } from "../errors/errno.ts";
import { errnoName, SystemError, UnknownNameError } from "../errors/index.ts";
import {
  attachTypeNumber,
  attachTypeSince,
  type Hook,
  type HookName,
  hook,
  hooks,
  type LinkProbe,
  type Probe,
  programTypeNumber,
} from "../hooks/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { rethrowUnlessHidden } from "../kernel/file-error.ts";
import { pmuType } from "../kernel/pmu.ts";
import { listTracefs, readTracefs } from "../kernel/tracefs.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { native } from "../native/addon.ts";
import { cached } from "./cache.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { unsupported } from "./lacking.ts";
import { loadsIterators } from "./probe-types.ts";
import { requireBpf, requirePrivilege } from "./question.ts";
import { unanswered } from "./unanswered.ts";

type Rows = typeof hooks;

/** A way to attach programs that kernels may lack. */
export type AttachFeature = {
  [Name in HookName]: Rows[Name] extends { probes: infer Probes } ? keyof Probes & string : never;
}[HookName];

const rows = Object.keys(hooks).map((name) => hook(name as HookName));
const probes = new globalThis.Map<string, Probe>(rows.flatMap((row) => Object.entries(row.probes ?? {})));

/** The names that `attaching` accepts. */
export const attachFeatures = [...probes.keys()] as AttachFeature[];

/**
 * Whether this kernel can attach programs in a way. The probe tries to attach to a target that does not exist.
 *
 * `netkit` is true if the kernel has such links, even without netkit devices.
 *
 * @throws {@link UnknownNameError} when no way to attach has that name.
 * @throws {@link PermissionError} when a capability is missing (CAP_BPF, by the kind also CAP_PERFMON or
 * CAP_NET_ADMIN), or a user namespace, a seccomp filter or lockdown prevents the probe.
 * @throws {@link SystemError} when the probe lacks a resource, or a file system that it reads is not mounted.
 *
 * @example
 * ```ts
 * const hook = features.attaching("tcx") ? "tcx" : "tc";
 * ```
 */
export function attaching(feature: AttachFeature): boolean {
  checkName(feature, "way to attach");
  return cached(`attaching by ${feature}`, () => {
    const probe = probes.get(feature);
    switch (probe) {
      case undefined:
        throw new UnknownNameError({ what: "way to attach", wanted: feature, known: probes.keys() });
      case "kprobe-events":
        return hasPerfEvents("kprobe", "kprobe_events");
      case "uprobe-events":
        return hasPerfEvents("uprobe", "uprobe_events");
      case "lsm":
        return hasBpfLsm() && attaching("fentry");
      case "iterator":
        return loadsIterators();
      default:
        return tryLink(feature, probe);
    }
  });
}

/** The first Linux that can attach programs in a way. */
export function attachingSince(feature: AttachFeature): string | undefined {
  const row = rowOf(checkName(feature, "feature of attachingSince") as AttachFeature);
  const probe = probes.get(feature);
  if (feature.endsWith("-link")) return row?.link?.since;
  return typeof probe === "object" ? attachTypeSince(probe.attachType) : row?.since;
}

/** The reason why a kernel that is new enough cannot attach programs in a way. */
export function attachLack(feature: AttachFeature): string {
  const lsms = feature === "lsm" ? activeLsms() : undefined;
  if (lsms !== undefined && !lsms.includes("bpf"))
    return `BPF is not among the kernel's active security modules (${lsms.join(",")}): boot with lsm=…,bpf`;
  const config = [...(rowOf(feature)?.config ?? [])];
  if (trampolines.test(feature) && kernelConfig("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS") === "n")
    config.push("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS");
  return unsupported(`attachments by ${feature}`, config);
}

const trampolines = /^(fentry|fsession|lsm|lsm-cgroup)$/;

function rowOf(feature: AttachFeature): Hook | undefined {
  return rows.find(({ probes: own = {} }) => Object.hasOwn(own, feature));
}

function tryLink(feature: string, { type, attachType, known, ...probe }: LinkProbe): boolean {
  const what = `attaching by ${feature}`;
  requirePrivilege(what);
  const status = native().probeLink({
    ...probe,
    type: programTypeNumber(type),
    attachType: attachTypeNumber(attachType),
  });
  if (status === 0 || known.includes(errnoName(-status))) return true;
  const error = unanswered(what, -status, capabilitiesFor({ programs: [type] }));
  if (error !== undefined) throw error;
  requireBpf(what);
  return false;
}

/** The kernel has a PMU for these probes since Linux 4.17, and a file in tracefs before. */
function hasPerfEvents(device: string, file: string): boolean {
  if (pmuType(device) !== undefined) return true;
  const isSeen = existsSync("/sys/bus/event_source/devices");
  if (isSeen && kernelAtLeast("4.17")) return false;
  if (isSeen && readTracefs(file) !== undefined) return true;
  if (isSeen && listTracefs("events").length > 0) return false;
  throw new SystemError(`cannot probe support for attaching by ${device}`, {
    operation: "probe",
    errno: ENOENT,
    remedy: isSeen ? "tracefs cannot be read" : "sysfs is not mounted at /sys",
  });
}

function hasBpfLsm(): boolean {
  const active = activeLsms();
  if (active !== undefined) return active.includes("bpf");
  if (kernelConfig("CONFIG_BPF_LSM") === "n") return false;
  throw new SystemError("cannot probe support for attaching by lsm", {
    operation: "probe",
    errno: ENOENT,
    remedy: "securityfs is not mounted: mount -t securityfs none /sys/kernel/security",
  });
}

/**
 * The active security modules of this kernel. LSM programs run only if `bpf` is one of them. Undefined if
 * securityfs is not mounted.
 */
export function activeLsms(): string[] | undefined {
  try {
    return readFileSync("/sys/kernel/security/lsm", "utf8").trim().split(",");
  } catch (cause) {
    rethrowUnlessHidden("/sys/kernel/security/lsm", cause);
    return undefined;
  }
}
