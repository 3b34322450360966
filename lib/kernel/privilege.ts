import { readFileSync, readlinkSync } from "node:fs";

// Bits of linux/capability.h.
const bits = { net_admin: 12, sys_admin: 21, sys_resource: 24, perfmon: 38, bpf: 39 } as const;

export type Capability = keyof typeof bits;

/**
 * Whether the process has a capability: CAP_SYS_ADMIN stands in for CAP_BPF and CAP_PERFMON, as in the kernel. True where
 * /proc does not tell: then nothing is known to be missing.
 */
export function holds(capability: Capability): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(processFile("status"))?.[1];
  if (effective === undefined) return true;
  const mask = BigInt(`0x${effective}`);
  const has = (bit: number) => ((mask >> BigInt(bit)) & 1n) === 1n;
  if (has(bits[capability])) return true;
  return (capability === "bpf" || capability === "perfmon") && has(bits.sys_admin);
}

// PROC_USER_INIT_INO of the kernel's include/uapi/linux/nsfs.h.
const initialNamespace = "user:[4026531837]";

/** Whether the process lives in a user namespace of its own, whose root has no power over BPF. */
export function inUserNamespace(): boolean {
  try {
    return readlinkSync("/proc/self/ns/user") !== initialNamespace;
  } catch {
    return false;
  }
}

/** A file in /proc/self; nothing where it cannot be read, which takes the place of no other error. */
function processFile(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** What to do about missing privileges; undefined when the process has all that were asked for. */
export function privilegeRemedy(needed: readonly Capability[]): string | undefined {
  const missing = needed
    .filter((capability) => !holds(capability))
    .map((name) => `CAP_${name.toUpperCase()}`);
  if (missing.length > 0) {
    const list = missing.length > 1 ? `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}` : missing[0];
    return `${list} ${missing.length > 1 ? "are" : "is"} missing: run as root, or give Node the capability`;
  }
  if (inUserNamespace()) {
    return "The process has the capabilities in a user namespace only: run it outside, or load with a BPF token";
  }
  return undefined;
}
