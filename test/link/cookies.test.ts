import { expect, type TestContext, test } from "vitest";
import { type Link, link, type Program } from "../../lib/index.ts";
import { kill, loadAlone, loadTrampoline } from "../support/link.ts";
import { requiresConfig, requiresLinux } from "../support/requires.ts";

const cookie = 0xfedc_ba98_7654_3210n;
const symbol = "security_task_kill";
const getppid = { binary: "libc.so.6", symbol: "getppid", pid: process.pid };
const kprobes = "CONFIG_KPROBE_EVENTS";

type Attach = (program: Program) => Link;

const kinds: [kind: string, attach: Attach, since: string, config?: string][] = [
  ["tp", (p) => link.tracepoint(p, { group: "syscalls", name: "sys_enter_kill", cookie }), "5.15"],
  ["kprobe", (p) => link.kprobe(p, { symbol, cookie }), "5.15", kprobes],
  ["kretprobe", (p) => link.kretprobe(p, { symbol, cookie }), "5.15", kprobes],
  [
    "kprobe_multi",
    (p) => link.kprobeMulti(p, { symbols: [symbol], cookies: [cookie] }),
    "5.18",
    "CONFIG_FPROBE",
  ],
  ["uprobe", (p) => link.uprobe(p, { ...getppid, cookie }), "5.15"],
  ["uretprobe", (p) => link.uretprobe(p, { ...getppid, cookie }), "5.15"],
  [
    "uprobe_multi",
    (p) => link.uprobeMulti(p, { binary: "libc.so.6", symbols: ["getppid"], cookies: [cookie] }),
    "6.6",
  ],
  [
    "perf_event",
    (p) => link.perfEvent(p, { event: { type: "software", name: "cpu-clock" }, pid: process.pid, cookie }),
    "5.15",
  ],
  ["raw_tp", (p) => link.rawTracepoint(p, { name: "sys_enter", cookie }), "6.10"],
  ["tp_btf", (p) => link.tpBtf(p, { cookie }), "6.10"],
];

const functions: [kind: string, attach: Attach][] = [
  ["fentry", (p) => link.fentry(p, { cookie })],
  ["fexit", (p) => link.fexit(p, { cookie })],
  ["lsm", (p) => link.lsm(p, { cookie })],
];

/** Makes an event of every kind. */
function makeEvents(): void {
  kill(3);
  void process.ppid;
  const end = process.cpuUsage().user + 60_000;
  while (process.cpuUsage().user < end) Math.sqrt(Math.random());
}

for (const [kind, attach, since, config] of kinds) {
  test(`${kind}: the program sees its cookie`, (context: TestContext) => {
    requiresLinux(context, since, `the cookie of ${kind}`);
    if (config !== undefined) requiresConfig(context, config, `the cookie of ${kind}`);
    using loaded = loadAlone("link_cookies", `tell_${kind}`);
    using _ = attach(loaded.program);
    makeEvents();
    expect(loaded.cookie()).toBe(cookie);
  });
}

for (const [kind, attach] of functions) {
  test(`${kind}: the program sees its cookie`, (context: TestContext) => {
    requiresLinux(context, "5.19", `the cookie of ${kind}`);
    using loaded = loadTrampoline(context, `the cookie of ${kind}`, "link_cookies", `tell_${kind}`);
    using _ = attach(loaded.program);
    makeEvents();
    expect(loaded.cookie()).toBe(cookie);
  });
}
