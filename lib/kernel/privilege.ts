import { readFileSync, readlinkSync } from "node:fs";

// Bits of linux/capability.h. `netlink` is CAP_NET_ADMIN where CAP_SYS_ADMIN does not include it, as for requests over
// netlink.
const bits = { net_admin: 12, netlink: 12, sys_admin: 21, sys_resource: 24, perfmon: 38, bpf: 39 } as const;

// In the bpf system call, CAP_SYS_ADMIN includes these (bpf_capable, perfmon_capable and bpf_net_capable).
const ofAdmin: ReadonlySet<string> = new Set(["bpf", "perfmon", "net_admin"]);

export type Capability = keyof typeof bits;

/**
 * Returns whether the process has a capability. CAP_SYS_ADMIN includes those of the bpf system call, as in the kernel.
 * Returns true when /proc cannot be read: nothing is known to be missing.
 */
export function holds(capability: Capability): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(processFile("status"))?.[1];
  if (effective === undefined) return true;
  const mask = BigInt(`0x${effective}`);
  const has = (bit: number) => ((mask >> BigInt(bit)) & 1n) === 1n;
  if (has(bits[capability])) return true;
  return ofAdmin.has(capability) && has(bits.sys_admin);
}

// PROC_USER_INIT_INO of the kernel's include/uapi/linux/nsfs.h.
const initialNamespace = "user:[4026531837]";

/**
 * Whether the process is in a user namespace other than the initial one. Root in such a namespace has no BPF
 * privileges.
 */
export function inUserNamespace(): boolean {
  try {
    return readlinkSync("/proc/self/ns/user") !== initialNamespace;
  } catch {
    return false;
  }
}

/**
 * Returns a file of /proc/self; empty when it cannot be read. It does not throw, because the caller already reports
 * another error.
 */
function processFile(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Returns the name of a capability as in capabilities(7): `CAP_BPF`. */
export function capabilityName(capability: Capability): string {
  return `CAP_${capability === "netlink" ? "NET_ADMIN" : capability.toUpperCase()}`;
}

/** The remedy for a missing capability. */
export const runAsRoot = "run as root, or give Node the capability (npx ebpf docs privileges)";

/** Returns the remedy for missing privileges; undefined when the process has all of them. */
export function privilegeRemedy(needed: readonly Capability[]): string | undefined {
  const missing = needed.filter((capability) => !holds(capability)).map(capabilityName);
  if (missing.length > 0) {
    const list = missing.length > 1 ? `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}` : missing[0];
    return `${list} ${missing.length > 1 ? "are" : "is"} missing: ${runAsRoot}`;
  }
  if (inUserNamespace()) {
    return "The process has the capabilities in a user namespace only: run it outside, or load with a BPF token";
  }
  return undefined;
}
