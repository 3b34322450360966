import type { AttachType } from "./attach-types.ts";
import { programKinds } from "./hooks.ts";
import type { ProgramType } from "./program-types.ts";

/** The latest of several kernel versions. */
export function latest(versions: readonly string[]): string {
  return versions.reduce((latest, version) => (number(version) > number(latest) ? version : latest));
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

// Types of Linux 4.9 and before are not listed.
const programTypes: Partial<Record<ProgramType, string>> = {
  "cgroup-skb": "4.10",
  "cgroup-sock": "4.10",
  "lwt-in": "4.10",
  "lwt-out": "4.10",
  "lwt-xmit": "4.10",
  "sock-ops": "4.13",
  "sk-skb": "4.14",
  "cgroup-device": "4.15",
  "sk-msg": "4.17",
  "raw-tracepoint": "4.17",
  "cgroup-sock-addr": "4.17",
  "lwt-seg6local": "4.18",
  "lirc-mode2": "4.18",
  "sk-reuseport": "4.19",
  "flow-dissector": "4.20",
  "cgroup-sysctl": "5.2",
  "raw-tracepoint-writable": "5.2",
  "cgroup-sockopt": "5.3",
  tracing: "5.5",
  "struct-ops": "5.6",
  ext: "5.6",
  lsm: "5.7",
  "sk-lookup": "5.9",
  syscall: "5.14",
  netfilter: "6.4",
};

/** The first kernel version with a program type. Undefined for a type older than 4.10 or an unknown type. */
export function programTypeSince(type: ProgramType): string | undefined {
  return programTypes[type];
}
