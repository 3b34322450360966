import { readFileSync } from "node:fs";

// Bits of linux/capability.h.
const bits = { net_admin: 12, sys_admin: 21, sys_resource: 24, perfmon: 38, bpf: 39 } as const;

export type Capability = keyof typeof bits;

/** Whether the process has a capability: CAP_SYS_ADMIN stands in for CAP_BPF and CAP_PERFMON, as in the kernel. */
export function holds(capability: Capability): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (effective === undefined) return true;
  const mask = BigInt(`0x${effective}`);
  const has = (bit: number) => ((mask >> BigInt(bit)) & 1n) === 1n;
  if (has(bits[capability])) return true;
  return (capability === "bpf" || capability === "perfmon") && has(bits.sys_admin);
}

/** Whether the process lives in a user namespace of its own, whose root has no power over BPF. */
export function inUserNamespace(): boolean {
  // The first namespace maps all ids to themselves.
  return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8"));
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
