import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { Alarms } from "../../bpf-examples/stats-monitor/alarms.ts";
import { Counters } from "../../bpf-examples/stats-monitor/counters.ts";
import { veth } from "../support/link.ts";

const program = join(import.meta.dirname, "../../.build/examples/stats-monitor/stats-monitor.js");

test("the kernel's counters replace a lost program or map, until the program is back", async () => {
  const pair = veth();
  let isThere = true;
  try {
    using counters = new Counters(pair.to, 9);
    expect(await counters.read()).toMatchObject({ source: "program", reason: undefined });
    pair.send();
    // What arrives is counted a moment later.
    while ((await counters.read()).counts.dropped === 0) await setTimeout(10);
    expect(await counters.read()).toMatchObject({ source: "program", counts: { dropped: 1 } });

    counters.attached?.link.detach();
    const degraded = await counters.read();
    expect(degraded).toMatchObject({ source: "kernel", reason: `the program was detached from ${pair.to}` });
    expect(degraded.counts.processed).toBeGreaterThanOrEqual(1);
    expect(await counters.read()).toMatchObject({ source: "program", counts: { dropped: 0 } });

    counters.attached?.stats.maps.stats_map.close();
    expect(await counters.read()).toMatchObject({ source: "kernel", reason: /stats_map.*closed/ });
    expect((await counters.read()).source).toBe("program");

    pair[Symbol.dispose]();
    isThere = false;
    expect((await counters.read()).source).toBe("none");
    expect(await counters.read()).toMatchObject({ source: "none", reason: /no network interface is called/ });
  } finally {
    if (isThere) pair[Symbol.dispose]();
  }
});

test("an alarm is raised once when a rate leaves its limits, and cleared once when it is back", () => {
  const alarms = new Alarms({ maxDropped: 10, minProcessed: 1 });
  const states = (processed: number, dropped: number) =>
    alarms.check({ processed, dropped, errors: 1e6 }).map(({ name, state }) => `${name} ${state}`);
  expect(states(5, 10)).toEqual([]);
  expect(states(5, 11)).toEqual(["dropped raised"]);
  expect(states(0, 12)).toEqual(["processed raised"]);
  expect(states(1, 9)).toEqual(["dropped cleared", "processed cleared"]);
  expect(states(1, 9)).toEqual([]);
});

/** The monitor in a network namespace of its own, where what is sent on the left comes in on the right. */
function monitor(interfaceName: string) {
  const script = `
    ip link add left type veth peer name right && ip link set left up && ip link set right up &&
    ip address add 10.9.0.1/24 dev left && ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev left &&
    exec "$NODE" "$PROGRAM" ${interfaceName} --json --interval 0.1 --block-port 9 --max-dropped 1`;
  const child = spawn("unshare", ["--net", "sh", "-c", script], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const records = createInterface(child.stdout)[Symbol.asyncIterator]();
  const sender = `const s = require("dgram").createSocket("udp4"); let n = 0;
    const send = () => n++ < 50 ? s.send("x", 9, "10.9.0.2", send) : s.close(); send()`;
  return {
    /** The next record that fits. */
    async until(fits: (record: { kind: string; state?: string }) => boolean) {
      for (;;) {
        const { value, done } = await records.next();
        if (done) throw new Error(`the monitor ended: ${child.stderr.read()}`);
        const record = JSON.parse(value);
        if (fits(record)) return record;
      }
    },
    send: () => {
      const enter = ["--net", "--target", `${child.pid}`, process.execPath, "-e", sender];
      execFileSync("nsenter", enter);
    },
    async stop() {
      child.kill("SIGINT");
      return (await once(child, "exit"))[0];
    },
  };
}

test("the command raises an alarm for datagrams to a blocked port, and clears it", async () => {
  const { until, send, stop } = monitor("right");
  expect(await until(({ kind }) => kind === "source")).toMatchObject({ source: "program" });
  await until(({ kind }) => kind === "rates");
  send();
  expect(await until(({ state }) => state === "raised")).toMatchObject({ name: "dropped" });
  expect(await until(({ state }) => state === "cleared")).toMatchObject({ name: "dropped" });
  expect(await until(({ kind }) => kind === "rates")).toMatchObject({
    source: "program",
    counts: { dropped: 50 },
  });
  expect(await stop()).toBe(0);
});

test("the command waits for an interface, and names those of its own network namespace", async () => {
  const { until, stop } = monitor("missing");
  const { source, reason } = await until(({ kind }) => kind === "source");
  expect(source).toBe("none");
  expect(reason).toMatch(/has: (left|right|lo)(, (left|right|lo)){2}$/);
  expect(await stop()).toBe(0);
});
