import type { AttachType } from "./attach-types.ts";
import type { ProgramType } from "./program-types.ts";

/**
 * - `sleepable`: the program may sleep, and is loaded with BPF_F_SLEEPABLE.
 * - `xdp-frags`: the program takes packets of several buffers.
 * - `attach-btf`: the target is a function or a type in BTF, and must be known when the program is loaded.
 * - `usdt`: the attach type is `trace-uprobe-multi` where the kernel has it (6.6).
 */
export type SectionFlag = "sleepable" | "xdp-frags" | "attach-btf" | "usdt";

type SectionDefinition = readonly [
  pattern: string,
  type: ProgramType,
  attachType: AttachType | undefined,
  ...flags: SectionFlag[],
];

// In the order of libbpf 1.7, which takes the first that matches. "name+" stands for "name" and "name/target".
const definitions: readonly SectionDefinition[] = [
  ["socket", "socket-filter", undefined],
  ["sk_reuseport/migrate", "sk-reuseport", "sk-reuseport-select-or-migrate"],
  ["sk_reuseport", "sk-reuseport", "sk-reuseport-select"],
  ["kprobe+", "kprobe", undefined],
  ["uprobe+", "kprobe", undefined],
  ["uprobe.s+", "kprobe", undefined, "sleepable"],
  ["kretprobe+", "kprobe", undefined],
  ["uretprobe+", "kprobe", undefined],
  ["uretprobe.s+", "kprobe", undefined, "sleepable"],
  ["kprobe.multi+", "kprobe", "trace-kprobe-multi"],
  ["kretprobe.multi+", "kprobe", "trace-kprobe-multi"],
  ["kprobe.session+", "kprobe", "trace-kprobe-session"],
  ["uprobe.multi+", "kprobe", "trace-uprobe-multi"],
  ["uretprobe.multi+", "kprobe", "trace-uprobe-multi"],
  ["uprobe.session+", "kprobe", "trace-uprobe-session"],
  ["uprobe.multi.s+", "kprobe", "trace-uprobe-multi", "sleepable"],
  ["uretprobe.multi.s+", "kprobe", "trace-uprobe-multi", "sleepable"],
  ["uprobe.session.s+", "kprobe", "trace-uprobe-session", "sleepable"],
  ["ksyscall+", "kprobe", undefined],
  ["kretsyscall+", "kprobe", undefined],
  ["usdt+", "kprobe", undefined, "usdt"],
  ["usdt.s+", "kprobe", undefined, "usdt", "sleepable"],
  ["tc/ingress", "sched-cls", "tcx-ingress"],
  ["tc/egress", "sched-cls", "tcx-egress"],
  ["tcx/ingress", "sched-cls", "tcx-ingress"],
  ["tcx/egress", "sched-cls", "tcx-egress"],
  ["tc", "sched-cls", undefined],
  ["classifier", "sched-cls", undefined],
  ["action", "sched-act", undefined],
  ["netkit/primary", "sched-cls", "netkit-primary"],
  ["netkit/peer", "sched-cls", "netkit-peer"],
  ["tracepoint+", "tracepoint", undefined],
  ["tp+", "tracepoint", undefined],
  ["raw_tracepoint+", "raw-tracepoint", undefined],
  ["raw_tp+", "raw-tracepoint", undefined],
  ["raw_tracepoint.w+", "raw-tracepoint-writable", undefined],
  ["raw_tp.w+", "raw-tracepoint-writable", undefined],
  ["tp_btf+", "tracing", "trace-raw-tp", "attach-btf"],
  ["fentry+", "tracing", "trace-fentry", "attach-btf"],
  ["fmod_ret+", "tracing", "modify-return", "attach-btf"],
  ["fexit+", "tracing", "trace-fexit", "attach-btf"],
  ["fentry.s+", "tracing", "trace-fentry", "attach-btf", "sleepable"],
  ["fmod_ret.s+", "tracing", "modify-return", "attach-btf", "sleepable"],
  ["fexit.s+", "tracing", "trace-fexit", "attach-btf", "sleepable"],
  ["fsession+", "tracing", "trace-fsession", "attach-btf"],
  ["fsession.s+", "tracing", "trace-fsession", "attach-btf", "sleepable"],
  ["freplace+", "ext", undefined, "attach-btf"],
  ["lsm+", "lsm", "lsm-mac", "attach-btf"],
  ["lsm.s+", "lsm", "lsm-mac", "attach-btf", "sleepable"],
  ["lsm_cgroup+", "lsm", "lsm-cgroup", "attach-btf"],
  ["iter+", "tracing", "trace-iter", "attach-btf"],
  ["iter.s+", "tracing", "trace-iter", "attach-btf", "sleepable"],
  ["syscall", "syscall", undefined, "sleepable"],
  ["xdp.frags/devmap", "xdp", "xdp-devmap", "xdp-frags"],
  ["xdp/devmap", "xdp", "xdp-devmap"],
  ["xdp.frags/cpumap", "xdp", "xdp-cpumap", "xdp-frags"],
  ["xdp/cpumap", "xdp", "xdp-cpumap"],
  ["xdp.frags", "xdp", "xdp", "xdp-frags"],
  ["xdp", "xdp", "xdp"],
  ["perf_event", "perf-event", undefined],
  ["lwt_in", "lwt-in", undefined],
  ["lwt_out", "lwt-out", undefined],
  ["lwt_xmit", "lwt-xmit", undefined],
  ["lwt_seg6local", "lwt-seg6local", undefined],
  ["sockops", "sock-ops", "cgroup-sock-ops"],
  ["sk_skb/stream_parser", "sk-skb", "sk-skb-stream-parser"],
  ["sk_skb/stream_verdict", "sk-skb", "sk-skb-stream-verdict"],
  ["sk_skb/verdict", "sk-skb", "sk-skb-verdict"],
  ["sk_skb", "sk-skb", undefined],
  ["sk_msg", "sk-msg", "sk-msg-verdict"],
  ["lirc_mode2", "lirc-mode2", "lirc-mode2"],
  ["flow_dissector", "flow-dissector", "flow-dissector"],
  ["cgroup_skb/ingress", "cgroup-skb", "cgroup-inet-ingress"],
  ["cgroup_skb/egress", "cgroup-skb", "cgroup-inet-egress"],
  ["cgroup/skb", "cgroup-skb", undefined],
  ["cgroup/sock_create", "cgroup-sock", "cgroup-inet-sock-create"],
  ["cgroup/sock_release", "cgroup-sock", "cgroup-inet-sock-release"],
  ["cgroup/sock", "cgroup-sock", "cgroup-inet-sock-create"],
  ["cgroup/post_bind4", "cgroup-sock", "cgroup-inet4-post-bind"],
  ["cgroup/post_bind6", "cgroup-sock", "cgroup-inet6-post-bind"],
  ["cgroup/bind4", "cgroup-sock-addr", "cgroup-inet4-bind"],
  ["cgroup/bind6", "cgroup-sock-addr", "cgroup-inet6-bind"],
  ["cgroup/connect4", "cgroup-sock-addr", "cgroup-inet4-connect"],
  ["cgroup/connect6", "cgroup-sock-addr", "cgroup-inet6-connect"],
  ["cgroup/connect_unix", "cgroup-sock-addr", "cgroup-unix-connect"],
  ["cgroup/sendmsg4", "cgroup-sock-addr", "cgroup-udp4-sendmsg"],
  ["cgroup/sendmsg6", "cgroup-sock-addr", "cgroup-udp6-sendmsg"],
  ["cgroup/sendmsg_unix", "cgroup-sock-addr", "cgroup-unix-sendmsg"],
  ["cgroup/recvmsg4", "cgroup-sock-addr", "cgroup-udp4-recvmsg"],
  ["cgroup/recvmsg6", "cgroup-sock-addr", "cgroup-udp6-recvmsg"],
  ["cgroup/recvmsg_unix", "cgroup-sock-addr", "cgroup-unix-recvmsg"],
  ["cgroup/getpeername4", "cgroup-sock-addr", "cgroup-inet4-getpeername"],
  ["cgroup/getpeername6", "cgroup-sock-addr", "cgroup-inet6-getpeername"],
  ["cgroup/getpeername_unix", "cgroup-sock-addr", "cgroup-unix-getpeername"],
  ["cgroup/getsockname4", "cgroup-sock-addr", "cgroup-inet4-getsockname"],
  ["cgroup/getsockname6", "cgroup-sock-addr", "cgroup-inet6-getsockname"],
  ["cgroup/getsockname_unix", "cgroup-sock-addr", "cgroup-unix-getsockname"],
  ["cgroup/sysctl", "cgroup-sysctl", "cgroup-sysctl"],
  ["cgroup/getsockopt", "cgroup-sockopt", "cgroup-getsockopt"],
  ["cgroup/setsockopt", "cgroup-sockopt", "cgroup-setsockopt"],
  ["cgroup/dev", "cgroup-device", "cgroup-device"],
  ["struct_ops+", "struct-ops", undefined],
  ["struct_ops.s+", "struct-ops", undefined, "sleepable"],
  ["sk_lookup", "sk-lookup", "sk-lookup"],
  ["netfilter", "netfilter", "netfilter"],
];

/** What the name of a program's section says. */
export interface SectionMeaning {
  /** `unspec` when the name means nothing to libbpf: then the type has to be set before loading. */
  readonly type: ProgramType;
  /** Undefined when that type of program needs none. */
  readonly attachType: AttachType | undefined;
  /** What follows the first slash where a target may follow: `sched/sched_switch`, `do_unlinkat`. */
  readonly target: string | undefined;
  readonly flags: readonly SectionFlag[];
}

/**
 * Reads a section name as libbpf 1.7 does.
 *
 * @param section - Without the question mark in front that stands for `autoload = false`.
 */
export function meaningOfSection(section: string): SectionMeaning {
  for (const { name, prefix, meaning } of byFirstPart().get(firstPart(section)) ?? []) {
    if (section === name) return meaning;
    if (prefix !== undefined && section.startsWith(prefix))
      return { ...meaning, target: section.slice(prefix.length) };
  }
  return unknown;
}

interface Candidate {
  readonly name: string;
  /** What stands before a target, where one may follow. */
  readonly prefix: string | undefined;
  readonly meaning: SectionMeaning;
}

const unknown: SectionMeaning = { type: "unspec", attachType: undefined, target: undefined, flags: [] };

let candidates: Map<string, Candidate[]> | undefined;

// Whatever matches begins with the same part.
function byFirstPart(): Map<string, Candidate[]> {
  if (candidates !== undefined) return candidates;
  candidates = new Map();
  for (const [pattern, type, attachType, ...flags] of definitions) {
    const takesTarget = pattern.endsWith("+");
    const name = takesTarget ? pattern.slice(0, -1) : pattern;
    const meaning = { type, attachType, target: undefined, flags };
    const part = firstPart(name);
    const found = candidates.get(part) ?? [];
    found.push({ name, prefix: takesTarget ? `${name}/` : undefined, meaning });
    candidates.set(part, found);
  }
  return candidates;
}

function firstPart(section: string): string {
  const end = section.indexOf("/");
  return end === -1 ? section : section.slice(0, end);
}
