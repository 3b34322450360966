export type { LinkNature } from "../hooks/index.ts";
export type { Attachable, AttachableMap } from "./attachable.ts";
export {
  type AttachArguments,
  type AttachOptions,
  type AttachOptionsByType,
  attachBySection,
} from "./auto.ts";
export { type CgroupHook, type CgroupOptions, cgroup } from "./cgroup.ts";
export { fentry } from "./fentry.ts";
export { fexit } from "./fexit.ts";
export { type FlowDissectorOptions, flowDissector } from "./flow-dissector.ts";
export { fmodRet } from "./fmod-ret.ts";
export { type FreplaceOptions, freplace } from "./freplace.ts";
export { fsession } from "./fsession.ts";
export type * from "./info.ts";
export { IteratorLink, type IteratorOptions, iterator } from "./iterator.ts";
export { type KprobeOptions, kprobe } from "./kprobe.ts";
export { type KprobeMultiOptions, kprobeMulti } from "./kprobe-multi.ts";
export { type KretprobeOptions, kretprobe } from "./kretprobe.ts";
export { type KsyscallOptions, ksyscall } from "./ksyscall.ts";
export { Link } from "./link.ts";
export { type LircMode2Options, lircMode2 } from "./lirc-mode2.ts";
export { lsm } from "./lsm.ts";
export { type LsmCgroupOptions, lsmCgroup } from "./lsm-cgroup.ts";
export { type NetfilterHook, type NetfilterOptions, netfilter } from "./netfilter.ts";
export { type NetkitOptions, netkit } from "./netkit.ts";
export type { NetnsOptions } from "./netns.ts";
export type { Anchor, OrderOptions } from "./order.ts";
export {
  type HardwareEvent,
  type PerfEvent,
  type PerfEventOptions,
  perfEvent,
  type SoftwareEvent,
} from "./perf-event.ts";
export { type AttachedProgram, type QueryResult, type QueryTarget, query } from "./query.ts";
export { type RawTracepointOptions, rawTracepoint } from "./raw-tracepoint.ts";
export { type SkLookupOptions, skLookup } from "./sk-lookup.ts";
export { type SkMsgOptions, skMsg } from "./sk-msg.ts";
export { type SkReuseportOptions, skReuseport } from "./sk-reuseport.ts";
export { type SkSkbOptions, skSkb } from "./sk-skb.ts";
export { type SockOpsOptions, sockOps } from "./sock-ops.ts";
export { type SocketFilterOptions, socketFilter } from "./socket-filter.ts";
export type { SockmapOptions } from "./sockmap.ts";
export { StructOpsLink, structOps } from "./struct-ops.ts";
export type { SocketLike } from "./target/socket.ts";
export { type TcOptions, tc } from "./tc.ts";
export { type TcxOptions, tcx } from "./tcx.ts";
export { tpBtf } from "./tp-btf.ts";
export { type TracepointOptions, tracepoint } from "./tracepoint.ts";
export type { TracingOptions } from "./tracing.ts";
export { type UprobeOptions, uprobe } from "./uprobe.ts";
export { type UprobeMultiOptions, uprobeMulti } from "./uprobe-multi.ts";
export { type UretprobeOptions, uretprobe } from "./uretprobe.ts";
export { type UsdtOptions, usdt } from "./usdt.ts";
export { type XdpMode, type XdpOptions, xdp } from "./xdp.ts";
