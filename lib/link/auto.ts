import { AttachTargetError } from "../errors.ts";
import { whyUnattached } from "../hooks/index.ts";
import { handleOf } from "../resource.ts";
import type { ProgramType } from "../spec/index.ts";
import type { Attachable } from "./attachable.ts";
import { type CgroupOptions, cgroup } from "./cgroup.ts";
import { fentry } from "./fentry.ts";
import { fexit } from "./fexit.ts";
import { type FlowDissectorOptions, flowDissector } from "./flow-dissector.ts";
import { fmodRet } from "./fmod-ret.ts";
import { type FreplaceOptions, freplace } from "./freplace.ts";
import { fsession } from "./fsession.ts";
import { type IteratorOptions, iterator } from "./iterator.ts";
import { type KprobeOptions, kprobe } from "./kprobe.ts";
import { type KprobeMultiOptions, kprobeMulti } from "./kprobe-multi.ts";
import { kretprobe } from "./kretprobe.ts";
import { type KsyscallOptions, ksyscall } from "./ksyscall.ts";
import type { Link } from "./link.ts";
import { type LircMode2Options, lircMode2 } from "./lirc-mode2.ts";
import { lsm } from "./lsm.ts";
import { type NetfilterOptions, netfilter } from "./netfilter.ts";
import { type NetkitOptions, netkit } from "./netkit.ts";
import { type PerfEventOptions, perfEvent } from "./perf-event.ts";
import { type RawTracepointOptions, rawTracepoint } from "./raw-tracepoint.ts";
import { type SkLookupOptions, skLookup } from "./sk-lookup.ts";
import { type SkMsgOptions, skMsg } from "./sk-msg.ts";
import { type SkReuseportOptions, skReuseport } from "./sk-reuseport.ts";
import { type SkSkbOptions, skSkb } from "./sk-skb.ts";
import { type SocketFilterOptions, socketFilter } from "./socket-filter.ts";
import { type TcOptions, tc } from "./tc.ts";
import { type TcxOptions, tcx } from "./tcx.ts";
import { tpBtf } from "./tp-btf.ts";
import { type TracepointOptions, tracepoint } from "./tracepoint.ts";
import type { TracingOptions } from "./tracing.ts";
import { type UprobeOptions, uprobe } from "./uprobe.ts";
import { type UprobeMultiOptions, uprobeMulti } from "./uprobe-multi.ts";
import { uretprobe } from "./uretprobe.ts";
import { type UsdtOptions, usdt } from "./usdt.ts";
import { type XdpOptions, xdp } from "./xdp.ts";

/** What `attach` of a program takes, by the type of the program. What the SEC name says need not be said again. */
export interface AttachOptionsByType {
  kprobe: Partial<
    KprobeOptions & KsyscallOptions & KprobeMultiOptions & UprobeOptions & UprobeMultiOptions & UsdtOptions
  >;
  tracepoint: Partial<TracepointOptions>;
  "raw-tracepoint": Partial<RawTracepointOptions>;
  "raw-tracepoint-writable": Partial<RawTracepointOptions>;
  tracing: TracingOptions & IteratorOptions;
  lsm: TracingOptions & Partial<CgroupOptions>;
  ext: FreplaceOptions;
  "perf-event": PerfEventOptions;
  xdp: XdpOptions;
  "sched-cls": Partial<TcOptions & NetkitOptions & TcxOptions>;
  "sched-act": TcOptions;
  netfilter: NetfilterOptions;
  "cgroup-skb": CgroupOptions;
  "cgroup-sock": CgroupOptions;
  "cgroup-sock-addr": CgroupOptions;
  "cgroup-device": CgroupOptions;
  "cgroup-sysctl": CgroupOptions;
  "cgroup-sockopt": CgroupOptions;
  "sock-ops": CgroupOptions;
  "sk-msg": SkMsgOptions;
  "sk-skb": SkSkbOptions;
  "sk-lookup": SkLookupOptions;
  "sk-reuseport": SkReuseportOptions;
  "socket-filter": SocketFilterOptions;
  "flow-dissector": FlowDissectorOptions;
  "lirc-mode2": LircMode2Options;
}

/** What `attach` takes for a program of that type; of a type that is not attached, nothing. */
export type AttachOptions<Type extends ProgramType = ProgramType> = Type extends keyof AttachOptionsByType
  ? AttachOptionsByType[Type]
  : Record<string, never>;

/** The arguments of `attach` for a program of that type: none need be given where a SEC name can say all. */
export type AttachArguments<Type extends ProgramType> =
  Record<never, never> extends AttachOptions<Type>
    ? [options?: AttachOptions<Type>]
    : [options: AttachOptions<Type>];

type Attach = (program: Attachable, target: string | undefined, options: object) => Link;

/** By the first part of a SEC name, without `.s`, `.w` and `.frags`. */
const bySection: Record<string, Attach> = {
  tp: attachTracepoint,
  tracepoint: attachTracepoint,
  raw_tp: attachRawTracepoint,
  raw_tracepoint: attachRawTracepoint,
  tp_btf: (program, _, options) => tpBtf(program, options),
  fentry: (program, _, options) => fentry(program, options),
  fexit: (program, _, options) => fexit(program, options),
  fmod_ret: (program, _, options) => fmodRet(program, options),
  fsession: (program, _, options) => fsession(program, options),
  freplace: (program, _, options) => freplace(program, options),
  lsm: (program, _, options) => lsm(program, options),
  iter: (program, _, options) => iterator(program, options),
  kprobe: (program, target, options) => kprobe(program, { ...inKernel(target, options), ...options }),
  kretprobe: (program, target, options) => kretprobe(program, { ...inKernel(target, options), ...options }),
  ksyscall: (program, syscall, options) =>
    ksyscall(program, complete<KsyscallOptions>(program, { syscall, ...options }, "syscall")),
  kretsyscall: (program, syscall, options) =>
    ksyscall(program, complete<KsyscallOptions>(program, { syscall, retprobe: true, ...options }, "syscall")),
  "kprobe.multi": attachKprobeMulti,
  "kretprobe.multi": attachKprobeMulti,
  "kprobe.session": attachKprobeMulti,
  uprobe: (program, target, options) => uprobe(program, inBinary(program, target, options)),
  uretprobe: (program, target, options) => uretprobe(program, inBinary(program, target, options)),
  "uprobe.multi": attachUprobeMulti,
  "uretprobe.multi": attachUprobeMulti,
  "uprobe.session": attachUprobeMulti,
  usdt: attachUsdt,
  perf_event: (program, _, options) =>
    perfEvent(program, complete<PerfEventOptions>(program, options, "event")),
  xdp: (program, _, options) => xdp(program, complete<XdpOptions>(program, options, "interface")),
  tc: attachTc,
  classifier: attachTc,
  action: attachTc,
  tcx: (program, _, options) => tcx(program, complete<TcxOptions>(program, options, "interface")),
  netkit: (program, _, options) => netkit(program, complete<NetkitOptions>(program, options, "interface")),
  netfilter: (program, _, options) =>
    netfilter(program, complete<NetfilterOptions>(program, options, "family", "hook")),
  cgroup: attachCgroup,
  cgroup_skb: attachCgroup,
  lsm_cgroup: attachCgroup,
  sockops: attachCgroup,
  sk_msg: (program, _, options) => skMsg(program, complete<SkMsgOptions>(program, options, "map")),
  sk_skb: (program, _, options) => skSkb(program, complete<SkSkbOptions>(program, options, "map")),
  sk_lookup: (program, _, options) => skLookup(program, options),
  sk_reuseport: (program, _, options) =>
    skReuseport(program, complete<SkReuseportOptions>(program, options, "socket")),
  socket: (program, _, options) =>
    socketFilter(program, complete<SocketFilterOptions>(program, options, "socket")),
  lirc_mode2: (program, _, options) =>
    lircMode2(program, complete<LircMode2Options>(program, options, "device")),
  flow_dissector: (program, _, options) => flowDissector(program, options),
};

/**
 * Attaches a program as its SEC name says, with what the caller says besides.
 *
 * @throws AttachTargetError when both together do not say where.
 */
export function attachBySection(program: Attachable, options: object = {}): Link {
  // A closed program is told so before anything else.
  void program[handleOf];
  const [kind = ""] = program.section.split("/", 1);
  const attach = bySection[kind] ?? bySection[kind.replace(/\.(s|w|frags)$/, "")];
  if (attach === undefined || whyUnattached(program.type, program.attachType) !== undefined)
    throw cannot(program);
  return attach(program, program.attachTo, options);
}

function attachTracepoint(program: Attachable, target: string | undefined, options: object): Link {
  const slash = target?.indexOf("/") ?? -1;
  const group = slash > 0 ? target?.slice(0, slash) : undefined;
  const name = slash > 0 ? target?.slice(slash + 1) || undefined : undefined;
  return tracepoint(
    program,
    complete<TracepointOptions>(program, { group, name, ...options }, "group", "name"),
  );
}

function attachRawTracepoint(program: Attachable, name: string | undefined, options: object): Link {
  return rawTracepoint(program, complete<RawTracepointOptions>(program, { name, ...options }, "name"));
}

function attachKprobeMulti(program: Attachable, pattern: string | undefined, options: object): Link {
  if ("symbols" in options || "addresses" in options)
    return kprobeMulti(program, complete<KprobeMultiOptions>(program, options));
  return kprobeMulti(program, complete<KprobeMultiOptions>(program, { pattern, ...options }, "pattern"));
}

function attachUprobeMulti(program: Attachable, target: string | undefined, options: object): Link {
  const [, binary, pattern] = /^(.*):([^:]+)$/.exec(target ?? "") ?? [];
  if ("symbols" in options || "offsets" in options)
    return uprobeMulti(program, complete<UprobeMultiOptions>(program, { binary, ...options }, "binary"));
  const merged = { binary, pattern, ...options };
  return uprobeMulti(program, complete<UprobeMultiOptions>(program, merged, "binary", "pattern"));
}

function attachUsdt(program: Attachable, target: string | undefined, options: object): Link {
  const [, binary, provider, name] = /^(.*):([^:]+):([^:]+)$/.exec(target ?? "") ?? [];
  const merged = { binary, provider, name, ...options };
  return usdt(program, complete<UsdtOptions>(program, merged, "binary", "provider", "name"));
}

function attachCgroup(program: Attachable, _: string | undefined, options: object): Link {
  return cgroup(program, complete<CgroupOptions>(program, options, "cgroup"));
}

// SEC("tc/ingress") is another name of SEC("tcx/ingress"); plain SEC("tc") stands for a filter.
function attachTc(program: Attachable, _: string | undefined, options: object): Link {
  if (program.attachType !== undefined)
    return tcx(program, complete<TcxOptions>(program, options, "interface"));
  return tc(program, complete<TcOptions>(program, options, "interface", "direction"));
}

/** Reads `function+0x10`, unless the caller says where. */
function inKernel(target: string | undefined, options: object): { symbol?: string; offset?: number } {
  if (target === undefined || "symbol" in options || "address" in options) return {};
  const [, symbol = target, offset] = /^(.+)\+(0x[0-9a-f]+|\d+)$/i.exec(target) ?? [];
  return { symbol, ...(offset !== undefined && { offset: Number(offset) }) };
}

/** Reads `binary:function+0x10`, which the caller may override. */
function inBinary(program: Attachable, target: string | undefined, options: object): UprobeOptions {
  const [, binary, symbol] = /^(.*):([^:]+)$/.exec(target ?? "") ?? [];
  const where = "offset" in options ? {} : inKernel(symbol, options);
  return complete<UprobeOptions>(program, { binary, ...where, ...options }, "binary");
}

/** The options, once what is needed is among them. */
function complete<T>(program: Attachable, options: object, ...needed: (keyof T & string)[]): T {
  const missing = needed.filter((name) => (options as Record<string, unknown>)[name] === undefined);
  if (missing.length > 0) throw unsaid(program, missing.join(" and "));
  return options as T;
}

function unsaid(program: Attachable, what: string): AttachTargetError {
  return new AttachTargetError(
    program.name,
    `cannot attach program "${program.name}": SEC("${program.section}") does not say the ${what}`,
    `Say it: program.attach({ ${what.replaceAll(" and ", ", ")} })`,
  );
}

function cannot(program: Attachable): AttachTargetError {
  const start = `cannot attach program "${program.name}"`;
  if (program.section === "")
    return new AttachTargetError(
      program.name,
      `${start}: it came from a pin or an id, which do not say where`,
      "Attach it with the function of its kind, as link.tracepoint(program, …)",
    );
  const why = whyUnattached(program.type, program.attachType);
  if (why !== undefined) return new AttachTargetError(program.name, `${start}: ${why.reason}`, why.instead);
  return new AttachTargetError(
    program.name,
    `${start}: SEC("${program.section}") does not say where`,
    "Attach it with the function of its kind, as link.tracepoint(program, …)",
  );
}
