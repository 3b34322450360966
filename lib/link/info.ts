import { linkTypes } from "../hooks/index.ts";
import type { NativeLinkInfo } from "../native/link.ts";
import { type AttachType, attachTypeName } from "../spec/index.ts";

interface Common {
  /** The ID of the link. */
  id: number;
  /** The ID of the attached program. 0 for a struct_ops link. */
  programId: number;
}

/** Information about a link of a type without fields of its own, or of a type that this package does not know. */
export interface OtherLinkInfo extends Common {
  /** The type of the link. */
  type: "unspec" | "sk-lookup" | `unknown-${number}`;
}
/** Information about a link to a raw tracepoint. */
export interface RawTracepointLinkInfo extends Common {
  /** The type of the link. */
  type: "raw-tracepoint";
  /** The name of the tracepoint, without its group. */
  name: string;
  /** The value that bpf_get_attach_cookie returns. */
  cookie: bigint;
}
/** Information about a link of fentry, fexit, fmod_ret, fsession, tp_btf, LSM or freplace. */
export interface TracingLinkInfo extends Common {
  /** The type of the link. */
  type: "tracing";
  /** The attach type of the program. */
  attachType: AttachType;
  /**
   * The ID of the BTF object of the target, or of the program that contains the replaced function. @since Linux 5.13
   */
  targetObjectId: number;
  /** The ID of the function's type in that BTF. */
  targetBtfId: number;
  /** The value that bpf_get_attach_cookie returns. */
  cookie: bigint;
}
/** Information about a link to a cgroup. */
export interface CgroupLinkInfo extends Common {
  /** The type of the link. */
  type: "cgroup";
  /** The ID of the cgroup, which is the inode number of its folder. 0 when the cgroup was removed. */
  cgroupId: bigint;
  /** The attach type of the program. */
  attachType: AttachType;
}
/** Information about an iterator. */
export interface IteratorLinkInfo extends Common {
  /** The type of the link. */
  type: "iter";
  /** The kind of objects that the iterator visits, for example `task` or `bpf_map`. */
  target: string;
  /** The ID of the map whose elements it visits. 0 if none is set. */
  mapId: number;
  /** The ID of the cgroup where it starts. 0 if none is set. */
  cgroupId: bigint;
  /** The ID of the only thread that it visits. 0 if none is set. */
  thread: number;
  /** The ID of the only process that it visits. 0 if none is set. */
  process: number;
}
/** Information about a link to a network namespace. */
export interface NetnsLinkInfo extends Common {
  /** The type of the link. */
  type: "netns";
  /** The inode number of the namespace, as in the target of the symbolic link /proc/PID/ns/net. */
  netnsInode: number;
  /** The attach type of the program. */
  attachType: AttachType;
}
/** Information about a link to XDP of an interface. */
export interface XdpLinkInfo extends Common {
  /** The type of the link. */
  type: "xdp";
  /** The index of the interface. 0 when the interface was removed. */
  interfaceIndex: number;
}
/** Information about a link to a kprobe, uprobe, tracepoint or perf event. */
export interface PerfEventLinkInfo extends Common {
  /** The type of the link. */
  type: "perf-event";
  /** The target of the link. Undefined before Linux 6.6. */
  event: PerfEventDescription | undefined;
}
/** The target of a link of type `perf-event`. */
export type PerfEventDescription =
  | {
      /** Selects the other properties. */
      type: "uprobe" | "uretprobe";
      /** The path of the binary. */
      path: string;
      /** The place of the probe, in bytes from the start of the file. */
      offset: number;
      /** The place of the reference counter, in bytes from the start of the file. 0n for none. */
      refCtrOffset: bigint;
      /** The value that bpf_get_attach_cookie returns. */
      cookie: bigint;
    }
  | {
      /** Selects the other properties. */
      type: "kprobe" | "kretprobe";
      /** The name of the function. Empty for a probe at an address. */
      symbol: string;
      /** Bytes from the start of the function. */
      offset: number;
      /** The kernel address of the probe. 0 if this process must not see kernel addresses. */
      address: bigint;
      /** The number of times that the probe was hit and the program did not run. */
      missed: bigint;
      /** The value that bpf_get_attach_cookie returns. */
      cookie: bigint;
    }
  | {
      /** Selects the other properties. */
      type: "tracepoint";
      /** The name of the tracepoint, without its group. */
      name: string;
      /** The value that bpf_get_attach_cookie returns. */
      cookie: bigint;
    }
  | {
      /** Selects the other properties. */
      type: "event";
      /** PERF_TYPE_*, or the number of a PMU. */
      perfType: number;
      /** The event within that type. */
      config: bigint;
      /** The value that bpf_get_attach_cookie returns. */
      cookie: bigint;
    };
/** Information about a link of kprobe.multi or kprobe.session. */
export interface KprobeMultiLinkInfo extends Common {
  /** The type of the link. */
  type: "kprobe-multi";
  /** Whether the program runs at the returns of the functions. */
  retprobe: boolean;
  /** The number of functions. */
  count: number;
  /** The number of times that a probe was hit and the program did not run. */
  missed: bigint;
  /** The addresses of the functions. 0 if this process must not see kernel addresses. */
  addresses: BigUint64Array;
  /** The values that bpf_get_attach_cookie returns, in the order of `addresses`. */
  cookies: BigUint64Array;
}
/** Information about a link of uprobe.multi or uprobe.session. */
export interface UprobeMultiLinkInfo extends Common {
  /** The type of the link. */
  type: "uprobe-multi";
  /** Whether the program runs at the returns of the functions. */
  retprobe: boolean;
  /** The path of the binary. */
  path: string;
  /** The number of places in the binary. */
  count: number;
  /** The ID of the only process whose calls the program sees. 0 for all processes. */
  pid: number;
  /** The places, in bytes from the start of the file. */
  offsets: BigUint64Array;
  /** The values that bpf_get_attach_cookie returns, in the order of `offsets`. */
  cookies: BigUint64Array;
}
/** Information about a link of a struct_ops map. */
export interface StructOpsLinkInfo extends Common {
  /** The type of the link. */
  type: "struct-ops";
  /** The ID of the map. */
  mapId: number;
}
/** Information about a link to a netfilter hook. */
export interface NetfilterLinkInfo extends Common {
  /** The type of the link. */
  type: "netfilter";
  /** The protocol of the packets. */
  family: "ipv4" | "ipv6" | `unknown-${number}`;
  /** The netfilter hook as a number: `enum nf_inet_hooks`, where 0 is prerouting. */
  hook: number;
  /** The priority of the program. Lower values run first. */
  priority: number;
  /** BPF_F_NETFILTER_* flags of the link. */
  flags: number;
}
/** Information about a link of tcx. */
export interface TcxLinkInfo extends Common {
  /** The type of the link. */
  type: "tcx";
  /** The index of the interface. 0 when the interface was removed. */
  interfaceIndex: number;
  /** The attach type of the program. */
  attachType: AttachType;
}
/** Information about a link of netkit. */
export interface NetkitLinkInfo extends Common {
  /** The type of the link. */
  type: "netkit";
  /** The index of the interface. 0 when the interface was removed. */
  interfaceIndex: number;
  /** The attach type of the program. */
  attachType: AttachType;
}
/** Information about a link to a sockmap or sockhash. */
export interface SockmapLinkInfo extends Common {
  /** The type of the link. */
  type: "sockmap";
  /** The ID of the map. */
  mapId: number;
  /** The attach type of the program. */
  attachType: AttachType;
}

/** The kernel's information about a link. `type` selects the other fields. */
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
