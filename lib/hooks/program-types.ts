import { kernelNumbers } from "./kernel-numbers.ts";

/** BPF_PROG_TYPE_* of the kernel's uapi/linux/bpf.h, by number. */
const names = [
  "unspec",
  "socket-filter",
  "kprobe",
  "sched-cls",
  "sched-act",
  "tracepoint",
  "xdp",
  "perf-event",
  "cgroup-skb",
  "cgroup-sock",
  "lwt-in",
  "lwt-out",
  "lwt-xmit",
  "sock-ops",
  "sk-skb",
  "cgroup-device",
  "sk-msg",
  "raw-tracepoint",
  "cgroup-sock-addr",
  "lwt-seg6local",
  "lirc-mode2",
  "sk-reuseport",
  "flow-dissector",
  "cgroup-sysctl",
  "raw-tracepoint-writable",
  "cgroup-sockopt",
  "tracing",
  "struct-ops",
  "ext",
  "lsm",
  "sk-lookup",
  "syscall",
  "netfilter",
] as const;

/** A program type by its kernel name. A type that this package does not know has its number as the name. */
export type ProgramType = (typeof names)[number] | `unknown-${number}`;

/** The program types that this package knows, in the order of their numbers. */
export const programTypes: readonly ProgramType[] = names.slice(1);

const numbers = kernelNumbers("program type", names);

/** The number of a program type (BPF_PROG_TYPE_*). @throws {@link UnknownNameError} for an unknown name. */
export function programTypeNumber(type: ProgramType): number {
  return numbers.of(type);
}

export function programTypeName(number: number): ProgramType {
  return numbers.nameOf(number);
}

/** The number of a program type. Undefined for an unknown name. */
export function findProgramType(name: string): number | undefined {
  return numbers.find(name);
}
