import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { link } from "../../lib/index.ts";
import { kill, type Loaded, loadAlone } from "../support/link.ts";
import { scriptArguments } from "../support/script.ts";
import { kinds } from "./children/kinds.ts";

const timeout = 240_000;
const uprobeEvents = "/sys/kernel/tracing/uprobe_events";

const here = Object.entries(kinds).filter(([, kind]) => kind.here);
const all = here.map(([name]) => name).sort();

// The programs are loaded here, so that they can be seen to run, or not to, when the process that attached them is gone.
let loaded: [name: string, Loaded][] = [];
beforeEach(() => {
  loaded = here.map(([name, { object, program }]) => [name, loadAlone(object, program)]);
});
afterEach(() => {
  for (const [, { coll }] of loaded) coll.close();
});

/** Causes an event of every kind, and returns the kinds whose program has run. */
async function fired(): Promise<string[]> {
  const before = loaded.map(([, { hits }]) => hits());
  kill(3);
  for (let i = 0; i < 3; i++) void process.ppid;
  await datagram();
  const end = process.cpuUsage().user + 60_000;
  while (process.cpuUsage().user < end) Math.sqrt(Math.random());
  return loaded
    .filter(([, { hits }], i) => hits() !== before[i])
    .map(([name]) => name)
    .sort();
}

async function datagram(): Promise<void> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.send("x", socket.address().port, "127.0.0.1");
  await once(socket, "message");
  socket.close();
}

async function start(how: string) {
  const ids = loaded.map(([name, { program }]) => [name, program.info().id]);
  const script = scriptArguments(join(import.meta.dirname, "children/attached.ts"));
  const child = spawn(process.execPath, [...script, how, JSON.stringify(Object.fromEntries(ids))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async () => (await lines.next()).value as string | undefined;
  const ended = once(child, "exit") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  expect(await said(), stderr).toBe("attached");
  expect(await fired()).toEqual(all);
  expect(probesOf(child)).toHaveLength(1);
  return { child, ended, said, go: () => child.stdin.write("go\n") };
}

async function expectNothingAttached(child: ChildProcess): Promise<void> {
  await expect.poll(fired).toEqual([]);
  expect(probesOf(child)).toEqual([]);
}

/** The probes in tracefs that libbpf has named after a process. */
function probesOf({ pid }: ChildProcess): string[] {
  const probes = readFileSync(uprobeEvents, "utf8").matchAll(/^[pr]\d*:(\S+)/gm);
  return [...probes].flatMap(([, name]) => (name?.includes(`/libbpf_${pid}_`) ? [name] : []));
}

const endings: [how: string, code: number][] = [
  ["process.exit", 0],
  ["exception", 1],
  ["rejection", 1],
  ["nothing left to do", 0],
  ["worker: process.exit of the main thread", 0],
];

for (const [how, code] of endings) {
  test(`nothing stays attached when the process ends by "${how}"`, { timeout }, async () => {
    const { child, ended, go } = await start(how);
    go();
    expect(await ended).toEqual([code, null]);
    await expectNothingAttached(child);
  });
}

for (const how of ["terminate", "process.exit", "exception", "nothing left to do"]) {
  test(`nothing stays attached when a worker ends by "${how}"`, { timeout }, async () => {
    const { child, ended, said, go } = await start(`worker: ${how}`);
    go();
    expect(await said()).toBe("ended");
    await expectNothingAttached(child);
    child.kill();
    await ended;
  });
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
  test(`nothing stays attached when the process ends by ${signal}, which still ends it`, {
    timeout,
  }, async () => {
    const { child, ended } = await start("signal");
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    await expectNothingAttached(child);
  });
}

for (const how of ["signal", "worker: signal"]) {
  test(`only attachments by netlink remain after a process is killed (${how})`, {
    timeout,
  }, async () => {
    const { child, ended } = await start(how);
    child.kill("SIGKILL");
    await ended;
    try {
      const staying = here.filter(([, kind]) => kind.stays).map(([name]) => name);
      await expect.poll(fired).toEqual(staying.sort());
    } finally {
      removeWhatStays(child);
    }
    await expectNothingAttached(child);
  });
}

/** Does by hand what the killed process could not. */
function removeWhatStays(child: ChildProcess): void {
  using xdp = loadAlone("link_net", "on_xdp");
  using _xdp = link.xdp(xdp.program, { interface: "lo", mode: "generic", via: "netlink", replace: true });
  spawnSync("tc", ["qdisc", "delete", "dev", "lo", "clsact"]);
  for (const probe of probesOf(child)) writeFileSync(uprobeEvents, `-:${probe}`, { flag: "a" });
}
