// Every function that attaches, one file per family, by name: Other exports of these files are private to this folder.
// A new file is added to this list and has a row in lib/hooks/.
export {
  type CgroupHook,
  type CgroupOptions,
  cgroup,
  type LsmCgroupOptions,
  lsmCgroup,
  type SockOpsOptions,
  sockOps,
} from "./cgroup.ts";
export { type FreplaceOptions, freplace } from "./freplace.ts";
export { IteratorLink, type IteratorOptions, iterator } from "./iterator.ts";
export {
  type KprobeOptions,
  type KretprobeOptions,
  type KsyscallOptions,
  kprobe,
  kretprobe,
  ksyscall,
} from "./kprobe.ts";
export { type KprobeMultiOptions, kprobeMulti } from "./kprobe-multi.ts";
export { type LircMode2Options, lircMode2 } from "./lirc-mode2.ts";
export { type NetfilterHook, type NetfilterOptions, netfilter } from "./netfilter.ts";
export { type NetkitOptions, netkit } from "./netkit.ts";
export {
  type FlowDissectorOptions,
  flowDissector,
  type NetnsOptions,
  type SkLookupOptions,
  skLookup,
} from "./netns.ts";
export {
  type HardwareEvent,
  type PerfEventOptions,
  type PerfEventSource,
  perfEvent,
  type SoftwareEvent,
} from "./perf-event.ts";
export { type SkReuseportOptions, type SocketFilterOptions, skReuseport, socketFilter } from "./socket.ts";
export { type SkMsgOptions, type SkSkbOptions, type SockmapOptions, skMsg, skSkb } from "./sockmap.ts";
export { StructOpsLink, structOps } from "./struct-ops.ts";
export { type TcOptions, tc } from "./tc.ts";
export { type TcxOptions, tcx } from "./tcx.ts";
export {
  type RawTracepointOptions,
  rawTracepoint,
  type TracepointOptions,
  tracepoint,
} from "./tracepoint.ts";
export { fentry, fexit, fmodRet, fsession, lsm, type TracingOptions, tpBtf } from "./tracing.ts";
export { type UprobeOptions, type UretprobeOptions, uprobe, uretprobe } from "./uprobe.ts";
export { type UprobeMultiOptions, uprobeMulti } from "./uprobe-multi.ts";
export { type UsdtOptions, usdt } from "./usdt.ts";
export { type XdpMode, type XdpOptions, xdp } from "./xdp.ts";
