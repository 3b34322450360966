import { linkTypes } from "../hooks/index.ts";
import type { NativeLinkInfo } from "../native/link.ts";
import { type AttachType, attachTypeName } from "../spec/index.ts";

interface Common {
  id: number;
  /** The program attached; of a struct_ops link 0. */
  programId: number;
}

/** A link on one of the kernel's own, or one that is newer than this package. */
export interface OtherLinkInfo extends Common {
  type: "unspec" | "sk-lookup" | `unknown-${number}`;
}
export interface RawTracepointLinkInfo extends Common {
  type: "raw-tracepoint";
  name: string;
  cookie: bigint;
}
/** Of fentry, fexit, fmod_ret, tp_btf, LSM and freplace. */
export interface TracingLinkInfo extends Common {
  type: "tracing";
  attachType: AttachType;
  /** The BTF object of the target, or the program that has the replaced function. Linux 5.13. */
  targetObjectId: number;
  /** The function's type in that BTF. */
  targetBtfId: number;
  cookie: bigint;
}
export interface CgroupLinkInfo extends Common {
  type: "cgroup";
  /** The inode of its folder; 0 when the cgroup was removed. */
  cgroupId: bigint;
  attachType: AttachType;
}
export interface IteratorLinkInfo extends Common {
  type: "iter";
  /** What it iterates over: `task`, `bpf_map`. */
  target: string;
  /** The parameters of its kind; 0 when not limited. */
  mapId: number;
  cgroupId: bigint;
  thread: number;
  process: number;
}
export interface NetnsLinkInfo extends Common {
  type: "netns";
  /** As in `ip netns identify` and /proc/PID/ns/net. */
  netnsInode: number;
  attachType: AttachType;
}
export interface XdpLinkInfo extends Common {
  type: "xdp";
  /** 0 when the interface is gone. */
  interfaceIndex: number;
}
/** Of kprobes, uprobes, tracepoints and perf events. */
export interface PerfEventLinkInfo extends Common {
  type: "perf-event";
  /** Undefined before Linux 6.6. */
  event: PerfEventDescription | undefined;
}
export type PerfEventDescription =
  | { type: "uprobe" | "uretprobe"; path: string; offset: number; refCtrOffset: bigint; cookie: bigint }
  | {
      type: "kprobe" | "kretprobe";
      symbol: string;
      offset: number;
      /** 0 for those who may not see addresses. */
      address: bigint;
      missed: bigint;
      cookie: bigint;
    }
  | { type: "tracepoint"; name: string; cookie: bigint }
  | { type: "event"; perfType: number; config: bigint; cookie: bigint };
export interface KprobeMultiLinkInfo extends Common {
  type: "kprobe-multi";
  retprobe: boolean;
  count: number;
  missed: bigint;
  addresses: BigUint64Array;
  cookies: BigUint64Array;
}
export interface UprobeMultiLinkInfo extends Common {
  type: "uprobe-multi";
  retprobe: boolean;
  path: string;
  count: number;
  /** 0 for all processes. */
  pid: number;
  offsets: BigUint64Array;
  cookies: BigUint64Array;
}
export interface StructOpsLinkInfo extends Common {
  type: "struct-ops";
  mapId: number;
}
export interface NetfilterLinkInfo extends Common {
  type: "netfilter";
  family: "ipv4" | "ipv6" | `unknown-${number}`;
  /** NF_INET_*: 0 is prerouting. */
  hook: number;
  priority: number;
  flags: number;
}
export interface TcxLinkInfo extends Common {
  type: "tcx";
  interfaceIndex: number;
  attachType: AttachType;
}
export interface NetkitLinkInfo extends Common {
  type: "netkit";
  interfaceIndex: number;
  attachType: AttachType;
}
export interface SockmapLinkInfo extends Common {
  type: "sockmap";
  mapId: number;
  attachType: AttachType;
}

/** What the kernel says of a link, by its type. */
export type LinkInfo =
  | RawTracepointLinkInfo
  | TracingLinkInfo
  | CgroupLinkInfo
  | IteratorLinkInfo
  | NetnsLinkInfo
  | XdpLinkInfo
  | PerfEventLinkInfo
  | KprobeMultiLinkInfo
  | UprobeMultiLinkInfo
  | StructOpsLinkInfo
  | NetfilterLinkInfo
  | TcxLinkInfo
  | NetkitLinkInfo
  | SockmapLinkInfo
  | OtherLinkInfo;

const families: Record<number, "ipv4" | "ipv6"> = { 2: "ipv4", 10: "ipv6" };

/** The first flag of both BPF_F_KPROBE_MULTI_RETURN and BPF_F_UPROBE_MULTI_RETURN. */
const multiReturn = 1;

/** @internal */
export function linkInfo(raw: NativeLinkInfo): LinkInfo {
  const { id, programId } = raw;
  const type = linkTypes[raw.type] ?? (`unknown-${raw.type}` as const);
  const number = (field: string) => raw[field] as number;
  const bigint = (field: string) => raw[field] as bigint;
  const text = (field: string) => raw[field] as string;
  const words = (field: string) => raw[field] as BigUint64Array;
  const attachType = () => attachTypeName(number("attachType"));
  switch (type) {
    case "raw-tracepoint":
      return { type, id, programId, name: text("name"), cookie: bigint("cookie") };
    case "tracing":
      return {
        type,
        id,
        programId,
        attachType: attachType(),
        targetObjectId: number("targetObjectId"),
        targetBtfId: number("targetBtfId"),
        cookie: bigint("cookie"),
      };
    case "cgroup":
      return { type, id, programId, cgroupId: bigint("cgroupId"), attachType: attachType() };
    case "iter":
      return {
        type,
        id,
        programId,
        target: text("target"),
        mapId: number("mapId"),
        cgroupId: bigint("cgroupId"),
        thread: number("thread"),
        process: number("process"),
      };
    case "netns":
      return { type, id, programId, netnsInode: number("netnsInode"), attachType: attachType() };
    case "xdp":
      return { type, id, programId, interfaceIndex: number("ifindex") };
    case "perf-event":
      return { type, id, programId, event: perfEvent(raw) };
    case "kprobe-multi":
      return {
        type,
        id,
        programId,
        retprobe: (number("flags") & multiReturn) !== 0,
        count: number("count"),
        missed: bigint("missed"),
        addresses: words("addresses"),
        cookies: words("cookies"),
      };
    case "uprobe-multi":
      return {
        type,
        id,
        programId,
        retprobe: (number("flags") & multiReturn) !== 0,
        path: text("path"),
        count: number("count"),
        pid: number("pid"),
        offsets: words("offsets"),
        cookies: words("cookies"),
      };
    case "struct-ops":
      return { type, id, programId, mapId: number("mapId") };
    case "netfilter":
      return {
        type,
        id,
        programId,
        family: families[number("family")] ?? `unknown-${number("family")}`,
        hook: number("hook"),
        priority: number("priority"),
        flags: number("flags"),
      };
    case "tcx":
    case "netkit":
      return { type, id, programId, interfaceIndex: number("ifindex"), attachType: attachType() };
    case "sockmap":
      return { type, id, programId, mapId: number("mapId"), attachType: attachType() };
    default:
      return { type, id, programId };
  }
}

/** BPF_PERF_EVENT_* */
const events = ["unspec", "uprobe", "uretprobe", "kprobe", "kretprobe", "tracepoint", "event"] as const;

function perfEvent(raw: NativeLinkInfo): PerfEventDescription | undefined {
  const type = events[raw["eventType"] as number];
  const cookie = raw["cookie"] as bigint;
  switch (type) {
    case "uprobe":
    case "uretprobe":
      return {
        type,
        path: raw["name"] as string,
        offset: raw["offset"] as number,
        refCtrOffset: raw["refCtrOffset"] as bigint,
        cookie,
      };
    case "kprobe":
    case "kretprobe":
      return {
        type,
        symbol: raw["name"] as string,
        offset: raw["offset"] as number,
        address: raw["address"] as bigint,
        missed: raw["missed"] as bigint,
        cookie,
      };
    case "tracepoint":
      return { type, name: raw["name"] as string, cookie };
    case "event":
      return { type, perfType: raw["perfType"] as number, config: raw["config"] as bigint, cookie };
    default:
      return undefined;
  }
}
