// Tries as a user without privileges what takes some, and says the errors.
import { CollectionSpec, enableStats, features, Link, link, Program } from "../../../lib/index.ts";
import { cgroup2 } from "../../support/cgroup2.ts";
import { loadAlone } from "../../support/link.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_run"));
const held = spec.loadSync();
const xdp = held.programs.swap_first_two as Program<"xdp">;
const { id } = xdp.info();
const load = (object: string, name: string) => loadAlone(object, name).program;
const tracepoint = load("link_trace", "on_tp");
const uprobe = load("link_user", "on_uprobe");
const perf = load("link_user", "on_perf_event");
const tc = load("link_net", "on_tc");
const skb = load("link_cgroup", "skb_egress");
const attached = link.rawTracepoint(load("link_trace", "on_raw_tp"), { name: "sys_exit" }).id;

if (process.argv[2] === "nobody") {
  process.setgroups?.([]);
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}

const errors: Record<string, unknown> = {};
async function attempt(name: string, call: () => unknown): Promise<void> {
  try {
    await call();
    errors[name] = "no error";
  } catch (error) {
    const { code, errnoName, remedy } = error as { code: string; errnoName: string; remedy: string };
    errors[name] = { code, errnoName, remedy };
  }
}

await attempt("load", () => spec.load());
await attempt("loadSync", () => spec.loadSync());
await attempt("fromId", () => Program.fromId(id));
await attempt("ids", () => [...Program.ids()]);
await attempt("enableStats", () => enableStats());
await attempt("features", () => features.programType("xdp"));
await attempt("translated", () => xdp.translated());
await attempt("jited", () => xdp.jited());
const lo = { interface: "lo" } as const;
const clock = { type: "software", name: "cpu-clock" } as const;
await attempt("tracepoint", () => tracepoint.attach());
await attempt("uprobe", () => link.uprobe(uprobe, { binary: "libc.so.6", symbol: "getppid" }));
await attempt("perfEvent", () => link.perfEvent(perf, { event: clock }));
await attempt("xdp", () => link.xdp(xdp, { ...lo, via: "netlink" }));
await attempt("tc", () => link.tc(tc, { ...lo, direction: "ingress" }));
await attempt("cgroup", () => link.cgroup(skb, { cgroup: cgroup2() }));
await attempt("query", () => link.query({ hook: "cgroup-inet-egress", cgroup: cgroup2() }));
await attempt("linkFromId", () => Link.fromId(attached));
await attempt("linkIds", () => [...Link.ids()]);
console.log(JSON.stringify(errors));
// tsx waits for a child of root, which it may no longer end.
process.exit();
