import { type Link, link, type Program } from "../../../lib/index.ts";
import { kernelHas, linuxAtLeast } from "../../support/requires.ts";

/** A way to attach a program that another process has loaded. */
export interface Kind {
  object: string;
  program: string;
  attach(program: Program): Link;
  /** Whether the kernel can. */
  here: boolean;
  /** Whether it stays when the process is killed. */
  stays?: true;
}

const hasKprobes = kernelHas("CONFIG_KPROBE_EVENTS");
const symbol = "security_task_kill";
const getppid = { binary: "libc.so.6", symbol: "getppid" };
const kill = { group: "syscalls", name: "sys_enter_kill" };
const clock = { event: { type: "software", name: "cpu-clock" }, frequency: 500 } as const;

/** Of each nature of link one at least. Those that say so have no bpf_link on any kernel, others none on old ones. */
export const kinds: Record<string, Kind> = {
  tracepoint: {
    object: "link_trace",
    program: "on_tp",
    attach: (program) => link.tracepoint(program, kill),
    here: true,
  },
  "raw tracepoint": {
    object: "link_trace",
    program: "on_raw_tp",
    attach: (program) => link.rawTracepoint(program, { name: "sys_enter" }),
    here: true,
  },
  kprobe: {
    object: "link_trace",
    program: "on_kprobe",
    attach: (program) => link.kprobe(program, { symbol }),
    here: hasKprobes,
  },
  "kprobe on a perf event": {
    object: "link_trace",
    program: "on_kprobe",
    attach: (program) => link.kprobe(program, { symbol, mode: "perf" }),
    here: hasKprobes,
  },
  uprobe: {
    object: "link_user",
    program: "on_uprobe",
    attach: (program) => link.uprobe(program, getppid),
    here: true,
  },
  "uprobe on a perf event": {
    object: "link_user",
    program: "on_uprobe",
    attach: (program) => link.uprobe(program, { ...getppid, mode: "perf" }),
    here: true,
  },
  "perf events on all CPUs": {
    object: "link_user",
    program: "on_perf_event",
    attach: (program) => link.perfEvent(program, clock),
    here: true,
  },
  tcx: {
    object: "link_net",
    program: "on_tcx_ingress",
    attach: (program) => link.tcx(program, { interface: "lo", direction: "ingress" }),
    here: linuxAtLeast("6.6"),
  },
  "XDP over netlink": {
    object: "link_net",
    program: "on_xdp",
    attach: (program) => link.xdp(program, { interface: "lo", mode: "generic", via: "netlink" }),
    here: true,
    stays: true,
  },
  "a filter of tc": {
    object: "link_net",
    program: "on_tc",
    attach: (program) => link.tc(program, { interface: "lo", direction: "ingress" }),
    here: true,
    stays: true,
  },
};
