// Makes each system call of each operation fail in turn, with each error. Runs under failing-calls.c.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { BpfMap, CollectionSpec, EbpfError, Link, link, Program, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { loadAlone } from "../../../test/support/link.ts";
import { testObject } from "../../../test/support/objects.ts";

const errors = ["EMFILE", "ENOMEM", "ENOSPC", "EAGAIN", "EINTR", "EPERM"] as const;
const seconds = Number(process.argv[2] ?? "30");
const end = performance.now() + seconds * 1000;
const pin = `/sys/fs/bpf/ebpf-faults-${process.pid}`;

const spec = CollectionSpec.fromFile(testObject("program_run"));
const tracepoint = loadAlone("link_trace", "on_tp").program as Program;
const uprobe = loadAlone("link_user", "on_uprobe").program as Program<"kprobe">;
const tc = loadAlone("link_net", "on_tc").program as Program<"sched-cls">;
const xdp = loadAlone("link_net", "on_xdp").program as Program<"xdp">;
const perf = loadAlone("link_user", "on_perf_event").program as Program<"perf-event">;
const filter = loadAlone("link_net", "on_socket").program as Program<"socket-filter">;
const socket = createSocket("udp4").bind(0);
await once(socket, "listening");
const cgroup = cgroup2();
const skb = loadAlone("link_cgroup", "skb_egress").program as Program<"cgroup-skb">;
const sender = new Sender();
const attached = link.rawTracepoint(loadAlone("link_trace", "on_raw_tp").program as never, {
  name: "sys_enter",
});
using pinned = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 4 });

const operations: Record<string, () => void | Promise<void>> = {
  "create a map": () => BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 8 }).close(),
  "load an object": () => spec.loadSync().close(),
  "load on the pool": async () => (await spec.load()).close(),
  "attach a tracepoint": () => void tracepoint.attach().close(),
  "attach a uprobe": () => link.uprobe(uprobe, { binary: "libc.so.6", symbol: "getppid" }).close(),
  "attach with tc": () => link.tc(tc, { interface: "lo", direction: "ingress" }).close(),
  "attach to a socket": () => link.socketFilter(filter, { socket }).close(),
  "attach to a cgroup": () => link.cgroup(skb, { cgroup }).close(),
  "open a ring": () => new RingBuf(sender.map()).close(),
  "pin and open": () => {
    try {
      pinned.pin(pin);
      BpfMap.fromPin(pin, { key: "u32", value: "u32" }).close();
    } finally {
      rmSync(pin, { force: true });
    }
  },
  "pin and open a link": () => {
    try {
      attached.pin(pin);
      Link.fromPin(pin).close();
    } finally {
      if (attached.pinPath !== undefined) attached.unpin();
    }
  },
  "open by ID": () => {
    BpfMap.fromId(pinned.id).close();
    Program.fromId(tracepoint.info().id).close();
    Link.fromId(attached.id).close();
  },
  clone: () => {
    pinned.clone().close();
    tracepoint.clone().close();
    attached.clone().close();
  },
  ask: () => {
    pinned.info();
    attached.info();
    link.query({ hook: "tc-ingress", interface: "lo" });
    link.query({ hook: "xdp", interface: "lo" });
    link.query({ hook: "cgroup-inet-egress", cgroup });
  },
  "run a test": () => sender.send(1),
  "attach XDP over netlink": () => link.xdp(xdp, { interface: "lo", mode: "generic" }).close(),
  "attach a perf event": () =>
    link.perfEvent(perf, { event: { type: "software", name: "cpu-clock" }, pid: process.pid }).close(),
};

/** What is closed in each round, and attached anew before it. */
const closings: Record<string, () => { close(): void }> = {
  "close a tracepoint": () => tracepoint.attach(),
  "close a filter of tc": () => link.tc(tc, { interface: "lo", direction: "ingress" }),
  "close XDP over netlink": () => link.xdp(xdp, { interface: "lo", mode: "generic", via: "netlink" }),
  "close a link of a cgroup": () => link.cgroup(skb, { cgroup }),
  "close a ring": () => new RingBuf(sender.map()),
  "close an object": () => spec.loadSync(),
  "close a socket filter": () => link.socketFilter(filter, { socket }),
  "close struct_ops without a link": () => {
    // A map of functions can be registered once.
    const { coll } = loadAlone("link_struct_ops", "init", (functions) => {
      for (const program of Object.values(functions.programs)) program.autoload = true;
      for (const map of Object.values(functions.maps))
        if (map.type === "struct-ops") map.autocreate = map.name === "without_link";
    });
    const registered = link.structOps(coll.maps["without_link"] as never);
    return {
      close() {
        registered.close();
        coll.close();
      },
    };
  },
};

const open = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /bpf|btf|perf_event|cgroup/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;

const arm = (errno: number, nth: number) => process.umask(((1 << 30) | (errno << 16) | nth) >>> 0);
const disarm = () => process.umask(1 << 29);
const faults: string[] = [];
const counts = { failed: 0, survived: 0 };
const calls: Record<string, number> = {};

async function failEach(name: string, operation: () => void | Promise<void>, error: (typeof errors)[number]) {
  const before = open();
  for (let nth = 1; nth < 400 && performance.now() < end; nth++) {
    let caught: unknown;
    arm(constants.errno[error], nth);
    try {
      await operation();
    } catch (reason) {
      caught = reason;
    }
    const count = disarm();
    const where = `${name}: call ${nth} fails with ${error}`;
    if (caught === undefined) counts.survived++;
    else if (!(caught instanceof EbpfError)) faults.push(`${where}: ${(caught as Error).stack ?? caught}`);
    else if (caught.errnoName === error) counts.failed++;
    else faults.push(`${where}: told as ${caught.code} ${caught.errnoName}: ${caught.message}`);
    const left = open() - before;
    if (left > 0) faults.push(`${where}: ${left} descriptors are left open`);
    try {
      await operation();
    } catch (reason) {
      faults.push(`${where}: the next call fails: ${reason}`);
    }
    if (faults.length > 20) return;
    // The call that was to fail was not reached.
    if (nth > count) {
      calls[name] = Math.max(calls[name] ?? 0, count);
      return;
    }
  }
}

/** A close that fails throws, and can be called again. */
async function failEachClose(name: string, make: () => { close(): void }, error: (typeof errors)[number]) {
  const before = open();
  for (let nth = 1; nth < 100 && performance.now() < end && faults.length <= 20; nth++) {
    const made = make();
    const where = `${name}: call ${nth} fails with ${error}`;
    let caught: unknown;
    arm(constants.errno[error], nth);
    try {
      made.close();
    } catch (reason) {
      caught = reason;
    }
    const count = disarm();
    if (caught === undefined) counts.survived++;
    else if (caught instanceof EbpfError && caught.errnoName === error) counts.failed++;
    else faults.push(`${where}: told as ${(caught as Error).stack ?? caught}`);
    try {
      made.close();
    } catch (reason) {
      faults.push(`${where}: closing again fails: ${reason}`);
    }
    const left = open() - before;
    if (left > 0) faults.push(`${where}: ${left} descriptors are left open`);
    if (nth > count) return;
  }
}

// Everything is loaded and probed once before.
for (const operation of Object.values(operations)) await operation();
for (const error of errors) {
  for (const [name, operation] of Object.entries(operations)) {
    console.log(JSON.stringify({ name, error }));
    await failEach(name, operation, error);
  }
  for (const [name, make] of Object.entries(closings)) {
    console.log(JSON.stringify({ name, error }));
    await failEachClose(name, make, error);
  }
}
const done = performance.now() < end;
console.log(JSON.stringify({ end: true, done, faults, counts, calls }));
process.exit(0);
