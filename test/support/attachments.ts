import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type CollectionSpec, type Link, link } from "../../lib/index.ts";
import { type Loaded, ownCgroup, ownNetns } from "./link.ts";
import { kernelHas } from "./requires.ts";

/** A way to attach one of the programs in test/bpf/, and the kernel that it needs. */
export interface Attachment {
  object: string;
  program: string;
  attach: (loaded: Loaded) => Link | Promise<Link>;
  since: string;
  /** Where its program already needs a kernel, and the attachment a newer one. */
  loadsSince?: string;
  config?: string;
  /** It attaches to functions by BTF, which the kernels of some virtual machines refuse. */
  trampoline?: true;
  /** Stable kernels that are older may have taken it in. */
  carriedBack?: true;
  edit?: (spec: CollectionSpec) => void;
}

/** Where programs are attached. A cgroup and a network namespace are disposed of after each attachment. */
export interface Places {
  interface: string;
  cgroup(): Disposable & { path: string };
  netns(): Disposable & { path: string };
}

export const ownPlaces: Places = { interface: "lo", cgroup: ownCgroup, netns: ownNetns };

const ofItself = ({ program }: Loaded): Link => program.attach();
const trace = (program: string) => ({ object: "link_trace", program });
const user = (program: string) => ({ object: "link_user", program });
const net = (program: string) => ({ object: "link_net", program });
const function_ = (program: string) => ({ ...trace(program), trampoline: true, attach: ofItself }) as const;
const getppid = { binary: "libc.so.6", symbol: "getppid", pid: process.pid };
const kprobes = "CONFIG_KPROBE_EVENTS";
const cookie = 1n;

function iterator(program: string, since: string, options = {}): Attachment {
  const attach = (loaded: Loaded) => link.iterator(loaded.program, options);
  return { object: "link_iter", program, since, attach };
}

function sockmap(program: string, since: string): Attachment {
  const attach = ({ coll, program: own }: Loaded) => own.attach({ map: coll.maps["sockets"] as never });
  return { object: "link_sockmap", program, since, attach };
}

function structOps(name: string, since: string): Attachment {
  return {
    object: "link_struct_ops",
    program: "init",
    since,
    edit: (spec) => {
      for (const program of Object.values(spec.programs)) program.autoload = true;
      for (const map of Object.values(spec.maps))
        if (map.type === "struct-ops") map.autocreate = map.name === name;
    },
    attach: ({ coll }) => link.structOps(coll.maps[name] as never),
  };
}

async function toSocket({ program }: Loaded): Promise<Link> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  try {
    await once(socket, "listening");
    return program.attach({ socket });
  } finally {
    socket.close();
  }
}

/** Every way to attach, by a name. */
export function attachments(places: Places = ownPlaces): Record<string, Attachment> {
  const lo = { interface: places.interface };
  const inNetns = ({ program }: Loaded): Link => {
    using netns = places.netns();
    return program.attach({ netns: netns.path });
  };
  const cgroup = (program: string, since: string, options = {}): Attachment => ({
    object: "link_cgroup",
    program,
    since,
    attach: (loaded) => {
      using cgroup = places.cgroup();
      return loaded.program.attach({ cgroup: cgroup.path, ...options });
    },
  });
  return {
    tracepoint: { ...trace("on_tp"), since: "4.7", attach: ofItself },
    "tracepoint with a cookie": {
      ...trace("on_tp"),
      since: "5.15",
      attach: ({ program }) =>
        link.tracepoint(program, { group: "syscalls", name: "sys_enter_kill", cookie }),
    },
    raw_tp: { ...trace("on_raw_tp"), since: "4.17", attach: ofItself },
    "raw_tp with a cookie": {
      ...trace("on_raw_tp"),
      since: "6.10",
      attach: ({ program }) => link.rawTracepoint(program, { name: "sys_enter", cookie }),
    },
    tp_btf: { ...trace("on_tp_btf"), since: "5.5", attach: ofItself },
    "tp_btf with a cookie": {
      ...trace("on_tp_btf"),
      since: "6.10",
      attach: ({ program }) => link.tpBtf(program, { cookie }),
    },
    kprobe: { ...trace("on_kprobe"), since: "4.1", config: kprobes, attach: ofItself },
    "kprobe with a cookie": {
      ...trace("on_kprobe"),
      since: "5.15",
      config: kprobes,
      attach: ({ program }) => program.attach({ cookie }),
    },
    "kprobe in tracefs": {
      ...trace("on_kprobe"),
      since: "4.1",
      config: kprobes,
      attach: ({ program }) => program.attach({ mode: "legacy" }),
    },
    kretprobe: { ...trace("on_kretprobe"), since: "4.1", config: kprobes, attach: ofItself },
    ksyscall: { ...trace("on_ksyscall"), since: "4.1", config: kprobes, attach: ofItself },
    "kprobe.multi": { ...trace("on_kprobe_multi"), since: "5.18", config: "CONFIG_FPROBE", attach: ofItself },
    "kprobe.multi by symbol": {
      ...trace("on_kprobe_multi"),
      since: "5.18",
      config: "CONFIG_FPROBE",
      attach: ({ program }) => link.kprobeMulti(program, { symbols: ["security_task_kill"] }),
    },
    "kprobe.session": {
      ...trace("on_kprobe_session"),
      since: "6.10",
      config: "CONFIG_FPROBE",
      attach: ofItself,
    },
    fentry: { ...function_("on_fentry"), since: "5.5" },
    "fentry with a cookie": {
      ...function_("on_fentry"),
      since: "5.19",
      attach: ({ program }) => link.fentry(program, { cookie }),
    },
    fexit: { ...function_("on_fexit"), since: "5.5" },
    fmod_ret: { ...function_("on_fmod_ret"), since: "5.7" },
    lsm: { ...function_("on_lsm"), since: "5.7" },
    fsession: { ...function_("on_fsession"), since: "7.0" },
    "lsm.s": { ...function_("on_lsm_sleepable"), since: "5.11" },
    lsm_cgroup: { ...cgroup("lsm_bind", "6.0"), trampoline: true },
    uprobe: { ...user("on_uprobe"), since: "4.1", attach: ({ program }) => program.attach(getppid) },
    "uprobe with a cookie": {
      ...user("on_uprobe"),
      since: "5.15",
      attach: ({ program }) => program.attach({ ...getppid, cookie }),
    },
    "uprobe.s": {
      ...user("on_uprobe_sleepable"),
      since: "6.0",
      attach: ({ program }) => program.attach(getppid),
    },
    uretprobe: { ...user("on_uretprobe"), since: "4.1", attach: ({ program }) => program.attach(getppid) },
    "uprobe.multi": {
      ...user("on_uprobe"),
      since: "6.6",
      edit: (spec) => {
        const uprobe = spec.programs["on_uprobe"];
        if (uprobe !== undefined) uprobe.attachType = "trace-uprobe-multi";
      },
      attach: ({ program }) => link.uprobeMulti(program, { binary: "libc.so.6", symbols: ["getppid"] }),
    },
    "uprobe.session": {
      ...user("on_uprobe_session"),
      since: "6.13",
      attach: ({ program }) => link.uprobeMulti(program, { binary: "libc.so.6", symbols: ["getppid"] }),
    },
    "perf_event with a cookie": {
      ...user("on_perf_event"),
      since: "5.15",
      attach: ({ program }) =>
        program.attach({ event: { type: "software", name: "cpu-clock" }, pid: process.pid, cookie }),
    },
    xdp: {
      ...net("on_xdp"),
      since: "5.9",
      attach: ({ program }) => link.xdp(program, { ...lo, via: "link" }),
    },
    "xdp.frags": { ...net("on_xdp_frags"), since: "5.18", attach: ({ program }) => program.attach(lo) },
    tc: {
      ...net("on_tc"),
      since: "4.5",
      attach: ({ program }) => program.attach({ ...lo, direction: "ingress" }),
    },
    tcx: { ...net("on_tcx_ingress"), since: "6.6", attach: ({ program }) => program.attach(lo) },
    "tcx before others": {
      ...net("on_tcx_egress"),
      since: "6.6",
      attach: ({ program }) => program.attach({ ...lo, before: "all" }),
    },
    netkit: { ...net("on_netkit"), since: "6.7", config: "CONFIG_NETKIT", attach: toNetkit },
    netfilter: {
      ...net("on_netfilter"),
      since: "6.4",
      attach: ({ program }) => program.attach({ family: "ipv4", hook: "input", priority: -201 }),
    },
    "netfilter with whole packets": {
      ...net("on_netfilter"),
      since: "6.6",
      loadsSince: "6.4",
      attach: ({ program }) =>
        program.attach({ family: "ipv4", hook: "input", priority: -201, defragment: true }),
    },
    sk_lookup: { ...net("on_sk_lookup"), since: "5.9", attach: inNetns },
    flow_dissector: { ...net("on_flow_dissector"), since: "5.8", attach: inNetns },
    "socket filter": { ...net("on_socket"), since: "3.19", attach: toSocket },
    sk_msg: sockmap("on_sk_msg", "4.17"),
    "sk_skb stream_verdict": sockmap("on_stream_verdict", "4.14"),
    "sk_skb verdict": sockmap("on_verdict", "5.13"),
    "cgroup_skb/egress": cgroup("skb_egress", "5.7"),
    "cgroup/getpeername4": cgroup("getpeername4", "5.8"),
    "cgroup/sock_release": cgroup("sock_release", "5.9"),
    "cgroup/connect_unix": cgroup("connect_unix", "6.7"),
    "cgroup before others": { ...cgroup("skb_egress", "6.17", { before: "all" }), carriedBack: true },
    "cgroup at a revision": { ...cgroup("skb_egress", "6.17", { revision: 1n }), carriedBack: true },
    "cgroup before those below": { ...cgroup("skb_egress", "6.15", { preorder: true }), carriedBack: true },
    "iter/task": iterator("over_tasks", "5.8"),
    "iter/task of a process": iterator("over_tasks", "6.1", { process: process.pid }),
    "iter/task_file": iterator("over_task_file", "5.8"),
    "iter/task_vma": iterator("over_task_vma", "5.12"),
    "iter/bpf_map": iterator("over_maps", "5.8"),
    "iter/tcp": iterator("over_tcp", "5.9"),
    "iter/udp": iterator("over_udp", "5.9"),
    "iter/bpf_link": iterator("over_bpf_link", "5.19"),
    "iter/cgroup": iterator("over_cgroups", "6.1", { cgroup: "." }),
    struct_ops: structOps("without_link", "5.6"),
    "struct_ops.link": structOps("by_link", "6.4"),
  };
}

function toNetkit({ program }: Loaded): Link {
  if (!kernelHas("CONFIG_NETKIT")) return program.attach({ interface: "lo" });
  execFileSync("ip", ["link", "add", "ebpf-nk", "type", "netkit"]);
  try {
    return program.attach({ interface: "ebpf-nk" });
  } finally {
    execFileSync("ip", ["link", "delete", "ebpf-nk"]);
  }
}
