import { existsSync, readFileSync } from "node:fs";
import { errnoName, UnknownNameError } from "../errors.ts";
import {
  attachTypeNumber,
  type HookName,
  hook,
  hooks,
  type LinkProbe,
  type Probe,
  programTypeNumber,
} from "../hooks/index.ts";
import { native } from "../native.ts";
import { cached } from "./cache.ts";
import { loadsIterators, requirePrivilege } from "./types.ts";

type Rows = typeof hooks;

/** A way to attach programs that kernels may lack. */
export type AttachFeature = {
  [Name in HookName]: Rows[Name] extends { probes: infer Probes } ? keyof Probes & string : never;
}[HookName];

const probes = new globalThis.Map<string, Probe>(
  Object.keys(hooks).flatMap((name) => Object.entries(hook(name as HookName).probes ?? {})),
);

/**
 * Whether this kernel can attach programs in a way, found out by trying with something that is not there.
 *
 * `netkit` is true where the kernel knows of such links, though it may have no netkit devices.
 *
 * @throws UnknownNameError when no way to attach has that name.
 * @throws PermissionError without CAP_BPF: the kernel then answers nothing.
 */
export function attaching(feature: AttachFeature): boolean {
  return cached(`attaching by ${feature}`, () => {
    const probe = probes.get(feature);
    switch (probe) {
      case undefined:
        throw new UnknownNameError("way to attach", feature, probes.keys());
      case "kprobe-events":
        return hasPerfEvents("kprobe", "kprobe_events");
      case "uprobe-events":
        return hasPerfEvents("uprobe", "uprobe_events");
      case "lsm":
        return activeLsms().includes("bpf") && attaching("fentry");
      case "iterator":
        requirePrivilege("iterators");
        return loadsIterators();
      default:
        return tryLink(feature, probe);
    }
  });
}

function tryLink(feature: string, { type, attachType, known, ...probe }: LinkProbe): boolean {
  requirePrivilege(`attaching by ${feature}`);
  const status = native().probeLink({
    ...probe,
    type: programTypeNumber(type),
    attachType: attachTypeNumber(attachType),
  });
  return status === 0 || known.includes(errnoName(-status));
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
