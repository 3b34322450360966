// Loads, attaches and probes features with 0, 1, 2, … free file descriptors, and prints each result; then once without a limit.
import { closeSync, openSync } from "node:fs";
import { BpfMap, CollectionSpec, type EbpfError, features, link } from "../../../lib/index.ts";
import { cgroup2 } from "../../support/cgroup2.ts";
import { loadAlone } from "../../support/link.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_helpers"));
const load = (object: string, name: string) => loadAlone(object, name).program;

function calls(): Record<string, () => unknown> {
  const tracepoint = load("link_trace", "on_tp");
  const uprobe = load("link_user", "on_uprobe");
  const perf = load("link_user", "on_perf_event");
  const tc = load("link_net", "on_tc");
  const skb = load("link_cgroup", "skb_egress");
  const cgroup = cgroup2();
  return {
    tracepoint: () => tracepoint.attach().close(),
    uprobe: () => link.uprobe(uprobe, { binary: "libc.so.6", symbol: "getppid" }).close(),
    perfEvent: () => link.perfEvent(perf, { event: { type: "software", name: "cpu-clock" }, pid: 0 }).close(),
    tc: () => link.tc(tc, { interface: "lo", direction: "ingress" }).close(),
    cgroup: () => link.cgroup(skb, { cgroup }).close(),
    query: () => link.query({ hook: "xdp", interface: "lo" }),
    "program type": () => features.programType("xdp"),
    "map type": () => features.mapType("hash-of-maps"),
    helper: () => features.helper("xdp", "bpf_redirect"),
    tcx: () => features.attaching("tcx"),
    iterator: () => features.attaching("iterator"),
    fentry: () => features.attaching("fentry"),
  };
}

function loading(): Record<string, () => unknown> {
  // The addon is a file too.
  BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 }).close();
  return { load: () => spec.loadSync().close() };
}

const things = process.argv[2] === "load" ? loading() : calls();

function outcome(call: () => unknown): string {
  try {
    return `done: ${call()}`;
  } catch (error) {
    const { name, errnoName, remedy } = error as EbpfError;
    return `${name} ${errnoName}: ${remedy}`;
  }
}

const outcomes: Record<string, string[]> = {};
const most = process.argv[2] === "load" ? 30 : 12;
for (let left = 0; left <= most; left++) {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    for (const fd of held.splice(0, left)) closeSync(fd);
  }
  for (const [name, call] of Object.entries(things)) {
    outcomes[name] ??= [];
    outcomes[name].push(outcome(call));
  }
  for (const fd of held) closeSync(fd);
}
const after = Object.fromEntries(Object.entries(things).map(([name, call]) => [name, outcome(call)]));
console.log(JSON.stringify({ outcomes, after }));
