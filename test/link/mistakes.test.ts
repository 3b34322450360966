import { closeSync, openSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { link } from "../../lib/index.ts";
import { type Loaded, loadAlone } from "../support/link.ts";
import { linuxAtLeast, requiresLinux } from "../support/requires.ts";

const file = openSync("/dev/null", "r");
const loaded = new Map<string, Loaded>();
afterAll(() => {
  closeSync(file);
  for (const { coll } of loaded.values()) coll.close();
});

function program(object: string, name: string) {
  const known = loaded.get(name) ?? loadAlone(object, name);
  loaded.set(name, known);
  return known.program;
}

const lo = { interface: "lo" } as const;
const libc = { binary: "libc.so.6" };
const noProcess = 0x3f_ffff;
const uprobe = () => program("link_user", "on_uprobe");
const uprobes = () => program("link_user", "on_uprobe_multi");
const kprobes = () => program("link_trace", "on_kprobe_multi");
const skb = () => program("link_cgroup", "skb_egress");
const xdp = () => program("link_net", "on_xdp");
const tc = () => program("link_net", "on_tc");
const lookup = () => program("link_net", "on_sk_lookup");
const filter = () => program("link_net", "on_socket");
const tasks = () => program("link_iter", "over_tasks");
const netfilter = () => program("link_net", "on_netfilter");

/** What JavaScript lets pass, and TypeScript does not. */
const untyped = (value: unknown) => value as never;

const invalid = "ERR_EBPF_INVALID_ARGUMENT";
const mistakes: [what: string, call: () => unknown, code: string, message: RegExp, since?: string][] = [
  [
    "a library that is not there",
    () => link.uprobe(uprobe(), { binary: "libnone.so", symbol: "x" }),
    invalid,
    /Searched/,
  ],
  [
    "a path that is not there",
    () => link.uprobe(uprobe(), { binary: "/none", symbol: "x" }),
    invalid,
    /no binary "\/none"/,
  ],
  [
    "a file that is no binary",
    () => link.uprobe(uprobe(), { binary: "/etc/passwd", symbol: "x" }),
    invalid,
    /not an ELF file/,
  ],
  [
    "a folder",
    () => link.uprobe(uprobe(), { binary: "/etc", symbol: "x" }),
    invalid,
    /is not a regular file/,
  ],
  [
    "a process that is gone",
    () => link.uprobe(uprobe(), { ...libc, symbol: "getppid", pid: noProcess }),
    invalid,
    /no process 4194303/,
  ],
  [
    "an offset past the end",
    () => link.uprobe(uprobe(), { ...libc, offset: 2 ** 43 }),
    invalid,
    /offset 8796093022208/,
  ],
  [
    "many symbols of what is no binary",
    () => link.uprobeMulti(uprobes(), { binary: "/etc/passwd", symbols: ["x"] }),
    invalid,
    /not an ELF file/,
    "5.15",
  ],
  [
    "more cookies than symbols",
    () => link.uprobeMulti(uprobes(), { ...libc, symbols: ["getppid"], cookies: [1n, 2n] }),
    invalid,
    /cookies of link.uprobeMulti: expected 1, one for each of symbols, received 2/,
    "5.15",
  ],
  [
    "fewer cookies than offsets",
    () => link.uprobeMulti(uprobes(), { ...libc, offsets: [1, 2], cookies: [1n] }),
    invalid,
    /cookies of link.uprobeMulti: expected 2, one for each of offsets, received 1/,
    "5.15",
  ],
  [
    "fewer counters than symbols",
    () => link.uprobeMulti(uprobes(), { ...libc, symbols: ["getppid", "getsid"], refCtrOffsets: [1] }),
    invalid,
    /refCtrOffsets of link.uprobeMulti: expected 2, one for each of symbols, received 1/,
    "5.15",
  ],
  [
    "fewer cookies than functions",
    () => link.kprobeMulti(kprobes(), { symbols: ["a", "b"], cookies: [1n] }),
    invalid,
    /cookies of link.kprobeMulti: expected 2, one for each of symbols, received 1/,
  ],
  [
    "two ways to say where",
    // @ts-expect-error
    () => link.kprobeMulti(kprobes(), { symbols: ["a"], pattern: "a*" }),
    invalid,
    /expected one of pattern, symbols or addresses, received pattern and symbols/,
  ],
  [
    "an interface that is not there",
    () => link.xdp(xdp(), { interface: "none" }),
    "ERR_EBPF_NO_INTERFACE",
    /has: .*\blo\b/,
  ],
  [
    "an index that is not there",
    () => link.tc(tc(), { interface: 99_999, direction: "ingress" }),
    "ERR_EBPF_NO_INTERFACE",
    /index 99999/,
  ],
  [
    "a direction that is none",
    () => link.tc(tc(), { ...lo, direction: untyped("in") }),
    invalid,
    /direction of link.tc: expected ingress or egress, received "in"/,
  ],
  ["no direction", () => link.tcx(tc(), lo), invalid, /does not give it. Pass direction/],
  [
    "a mode that is none",
    () => link.xdp(xdp(), { ...lo, mode: untyped("fast") }),
    invalid,
    /mode of link.xdp: expected auto, native, generic or offload, received "fast"/,
  ],
  [
    "a program for another hook",
    () => link.xdp(tc(), lo),
    "ERR_EBPF_PROGRAM_TYPE",
    /"on_tc" has type "sched-cls"; .* expects "xdp"\. Its section is SEC\("tc"\)/,
  ],
  [
    "a program for another tracing hook",
    () => link.fentry(uprobe()),
    "ERR_EBPF_PROGRAM_TYPE",
    /"on_uprobe" has type "kprobe"; fentry.* expects "tracing"/,
  ],
  [
    "a cgroup hook that it was not loaded for",
    () => link.cgroup(skb(), { cgroup: "/", hook: "cgroup-inet4-bind" }),
    invalid,
    /loaded for "cgroup-inet-egress"/,
  ],
  [
    "a cgroup hook that is none",
    () => link.cgroup(skb(), { cgroup: "/", hook: untyped("egress") }),
    invalid,
    /hook of link.cgroup: expected .*, received "egress". Did you mean "cgroup-/,
  ],
  [
    "two anchors",
    () => link.cgroup(skb(), { cgroup: "/", before: "all", after: "all" }),
    invalid,
    /not both/,
  ],
  [
    "a network namespace that is none",
    () => link.skLookup(lookup(), { netns: "/etc/passwd" }),
    invalid,
    /"\/etc\/passwd" is not a network namespace/,
  ],
  [
    "the namespace of a process that is gone",
    () => link.skLookup(lookup(), { netns: noProcess }),
    invalid,
    /no network namespace/,
  ],
  [
    "a descriptor that is none",
    () => link.socketFilter(filter(), { socket: 99_999 }),
    invalid,
    /99999 is not a socket/,
  ],
  [
    "a descriptor of a file",
    () => link.socketFilter(filter(), { socket: file }),
    invalid,
    /descriptor \d+ is not a socket/,
  ],
  [
    "a limit that this iterator does not have",
    () => link.iterator(tasks(), { cgroup: "/" }),
    invalid,
    /"task" does not accept option cgroup/,
    "6.1",
  ],
  [
    "a netfilter hook that is none",
    () => link.netfilter(netfilter(), { family: "ipv4", hook: untyped("in") }),
    invalid,
    /hook of link.netfilter: expected prerouting, input/,
    "6.4",
  ],
  [
    "a priority of the kernel's",
    () => link.netfilter(netfilter(), { family: "ipv4", hook: "input", priority: -(2 ** 31) }),
    "ERR_EBPF_ATTACH",
    /Choose another priority/,
    "6.4",
  ],
  [
    "a hook that cannot be queried",
    () => link.query({ ...lo, hook: untyped("xpd") }),
    "ERR_EBPF_UNKNOWN_NAME",
    /Nearest: .*"xdp"/,
  ],
  ...missing({
    "interface of link.xdp": () => link.xdp(xdp(), untyped({})),
    "cgroup of link.cgroup": () => link.cgroup(skb(), untyped({ hook: "cgroup-inet-egress" })),
    "binary of link.uprobe": () => link.uprobe(uprobe(), untyped({ symbol: "getppid" })),
    "group of link.tracepoint": () => link.tracepoint(program("link_trace", "on_tp"), untyped({ name: "x" })),
    "name of link.rawTracepoint": () => link.rawTracepoint(program("link_trace", "on_raw_tp"), untyped({})),
    "provider of link.usdt": () => link.usdt(uprobe(), untyped(libc)),
    "event of link.perfEvent": () => link.perfEvent(program("link_user", "on_perf_event"), untyped({})),
    "socket of link.socketFilter": () => link.socketFilter(filter(), untyped({})),
    "map of link.skMsg": () => link.skMsg(xdp(), untyped({})),
    "hook of link.query": () => link.query(untyped(lo)),
  }),
];

/** Calls without a required option, as in JavaScript without type checks. */
function missing(calls: Record<string, () => unknown>): typeof mistakes {
  return Object.entries(calls).map(([what, call]) => [
    `${what} that is missing`,
    call,
    invalid,
    new RegExp(`${what} is missing`),
  ]);
}

for (const [what, call, code, message, since] of mistakes) {
  test(`${what} is reported`, (context) => {
    if (since !== undefined) requiresLinux(context, since, what);
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
}

test("nothing was attached by mistake", () => {
  expect(link.query({ ...lo, hook: "xdp" }).programs).toEqual([]);
  if (linuxAtLeast("6.6")) expect(link.query({ ...lo, hook: "tcx-ingress" }).programs).toEqual([]);
});
