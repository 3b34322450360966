import type { AttachType } from "./attach-types.ts";
import { programKinds } from "./hooks.ts";
import type { ProgramType } from "./program-types.ts";

/** The latest of several kernel versions. */
export function latest(versions: readonly string[]): string {
  return versions.reduce((latest, version) => (number(version) > number(latest) ? version : latest));
}

function earliest(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => number(a) - number(b))[0];
}

function number(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}

let attachTypes: Map<AttachType, string> | undefined;

/** The first kernel version with an attach type. Undefined for an unknown type. */
export function attachTypeSince(type: AttachType): string | undefined {
  attachTypes ??= new Map(
    programKinds().flatMap(([, kind]) => Object.entries(kind.attachTypes) as [AttachType, string][]),
  );
  return attachTypes.get(type);
}

// Other program types were added together with the first of their hooks.
const programTypes: Partial<Record<ProgramType, string>> = {
  // The rows have the versions of links. These types could be attached without a link before.
  "cgroup-skb": "4.10",
  "cgroup-sock": "4.10",
  "sock-ops": "4.13",
  "cgroup-device": "4.15",
  "cgroup-sock-addr": "4.17",
  "flow-dissector": "4.20",
  "cgroup-sysctl": "5.2",
  "cgroup-sockopt": "5.3",
  // It shares the row of raw-tracepoint, which is older.
  "raw-tracepoint-writable": "5.2",
};

/** The first kernel version with a program type. Undefined for an unknown type. */
export function programTypeSince(type: ProgramType): string | undefined {
  if (typeof type !== "string") return undefined;
  const kinds = programKinds().filter(([, { types }]) => types.includes(type));
  const own = Object.hasOwn(programTypes, type) ? programTypes[type] : undefined;
  return own ?? earliest(kinds.map(([, { since }]) => since));
}

/** The first kernel version that loads a program of this type as sleepable. */
export function sleepableSince(type: ProgramType): string {
  if (type === "kprobe") return "6.0";
  return type === "lsm" ? "5.11" : "5.10";
}

/** The first kernel version with XDP programs that accept packets of several buffers. */
export const xdpFragsSince = "5.18";
