// Removes what links hang on while they hang there. Each line says how the link and the next call ended.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { BpfMap, EbpfError, type Link, link, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { loadAlone } from "../../../test/support/link.ts";

const name = `gone${process.pid}`;
const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });

/** Attaches, removes the target, then asks and closes: typed errors only. */
async function check(what: string, attach: () => Link | Promise<Link>, remove: () => unknown): Promise<void> {
  try {
    const made = await attach();
    await remove();
    let outcome = "asked and closed";
    try {
      made.info();
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      outcome = `info: ${error.code}, closed`;
    }
    made.close();
    console.log(JSON.stringify({ what, outcome }));
  } catch (error) {
    console.log(JSON.stringify({ what, fault: `${(error as Error).stack}` }));
  }
}

const tc = loadAlone("link_net", "on_tc");
const xdp = loadAlone("link_net", "on_xdp");
const skb = loadAlone("link_cgroup", "skb_egress");
const uprobe = loadAlone("link_user", "on_uprobe");
const perf = loadAlone("link_user", "on_perf_event");

const device = () => {
  ip("link", "add", name, "type", "veth", "peer", "name", `${name}p`);
  ip("link", "set", name, "up");
};
await check(
  "the interface of a tc filter is removed",
  () => {
    device();
    return link.tc(tc.program as never, { interface: name, direction: "ingress" });
  },
  () => ip("link", "delete", name),
);
await check(
  "the qdisc of a tc filter is deleted",
  () => {
    device();
    return link.tc(tc.program as never, { interface: name, direction: "ingress" });
  },
  () => execFileSync("tc", ["qdisc", "del", "dev", name, "clsact"]),
);
ip("link", "delete", name);
await check(
  "the interface of an XDP program is removed",
  () => {
    device();
    return link.xdp(xdp.program as never, { interface: name, mode: "generic" });
  },
  () => ip("link", "delete", name),
);
const cgroup = path.join(cgroup2(), name);
await check(
  "the cgroup is removed",
  () => {
    mkdirSync(cgroup);
    return link.cgroup(skb.program as never, { cgroup });
  },
  () => rmdirSync(cgroup),
);
for (const [what, attach] of [
  [
    "uprobe",
    (pid: number) => link.uprobe(uprobe.program as never, { binary: "libc.so.6", symbol: "getppid", pid }),
  ],
  [
    "perf event",
    (pid: number) =>
      link.perfEvent(perf.program as never, { event: { type: "software", name: "cpu-clock" }, pid }),
  ],
] as const) {
  const sleeper = spawn("sleep", ["100"]);
  const ended = new Promise((resolve) => sleeper.once("close", resolve));
  // Until it has mapped its libraries.
  await setTimeout(200);
  await check(
    `the process of a ${what} ends`,
    () => attach(sleeper.pid as number),
    () => {
      sleeper.kill();
      return ended;
    },
  );
}

// The reader continues after the map's other owner closed it, and ends when the ring is closed.
const sender = new Sender();
const ring = new RingBuf(sender.map());
const reading = ring.forEach(() => {});
sender.send(10);
sender[Symbol.dispose]();
ring.close();
await reading.then(
  () =>
    console.log(JSON.stringify({ what: "a ring is closed while it is read", outcome: "the reader ended" })),
  (error) => console.log(JSON.stringify({ what: "a ring is closed while it is read", fault: `${error}` })),
);

const map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 100 }) as unknown as {
  set(key: number, value: number): void;
  entries(): Iterable<[number, number]>;
  close(): void;
};
for (let key = 0; key < 100; key++) map.set(key, key);
try {
  for (const [key] of map.entries()) if (key >= 0) map.close();
  console.log(JSON.stringify({ what: "a map is closed in its iteration", outcome: "the iteration ended" }));
} catch (error) {
  const typed = error instanceof EbpfError;
  console.log(
    JSON.stringify({
      what: "a map is closed in its iteration",
      ...(typed ? { outcome: error.code } : { fault: `${error}` }),
    }),
  );
}
for (const { coll } of [tc, xdp, skb, uprobe, perf]) coll.close();
// A process of the above may still run if a check failed.
process.exit(0);
