import { kernelNumbers } from "./kernel-numbers.ts";

/** BPF_CGROUP_*, BPF_TRACE_* and the other attach types of the kernel's uapi/linux/bpf.h, by number. */
const names = [
  "cgroup-inet-ingress",
  "cgroup-inet-egress",
  "cgroup-inet-sock-create",
  "cgroup-sock-ops",
  "sk-skb-stream-parser",
  "sk-skb-stream-verdict",
  "cgroup-device",
  "sk-msg-verdict",
  "cgroup-inet4-bind",
  "cgroup-inet6-bind",
  "cgroup-inet4-connect",
  "cgroup-inet6-connect",
  "cgroup-inet4-post-bind",
  "cgroup-inet6-post-bind",
  "cgroup-udp4-sendmsg",
  "cgroup-udp6-sendmsg",
  "lirc-mode2",
  "flow-dissector",
  "cgroup-sysctl",
  "cgroup-udp4-recvmsg",
  "cgroup-udp6-recvmsg",
  "cgroup-getsockopt",
  "cgroup-setsockopt",
  "trace-raw-tp",
  "trace-fentry",
  "trace-fexit",
  "modify-return",
  "lsm-mac",
  "trace-iter",
  "cgroup-inet4-getpeername",
  "cgroup-inet6-getpeername",
  "cgroup-inet4-getsockname",
  "cgroup-inet6-getsockname",
  "xdp-devmap",
  "cgroup-inet-sock-release",
  "xdp-cpumap",
  "sk-lookup",
  "xdp",
  "sk-skb-verdict",
  "sk-reuseport-select",
  "sk-reuseport-select-or-migrate",
  "perf-event",
  "trace-kprobe-multi",
  "lsm-cgroup",
  "struct-ops",
  "netfilter",
  "tcx-ingress",
  "tcx-egress",
  "trace-uprobe-multi",
  "cgroup-unix-connect",
  "cgroup-unix-sendmsg",
  "cgroup-unix-recvmsg",
  "cgroup-unix-getpeername",
  "cgroup-unix-getsockname",
  "netkit-primary",
  "netkit-peer",
  "trace-kprobe-session",
  "trace-uprobe-session",
  "trace-fsession",
] as const;

/** An attach type by its kernel name. A type that this package does not know has its number as the name. */
export type AttachType = (typeof names)[number] | `unknown-${number}`;

const numbers = kernelNumbers("attach type", names);

/** The number of an attach type in `enum bpf_attach_type`. @throws {@link UnknownNameError} for an unknown name. */
export function attachTypeNumber(type: AttachType): number {
  return numbers.of(type);
}

export function attachTypeName(number: number): AttachType {
  return numbers.nameOf(number);
}

/** The number of an attach type. Undefined for an unknown name. */
export function findAttachType(name: string): number | undefined {
  return numbers.find(name);
}
