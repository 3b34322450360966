// Two processes on one pin: this one starts itself a second time, with the path of a pin. Each line says how one ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { BpfMap, EbpfError, type HashMap, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";

type Numbers = HashMap<number, bigint>;

const keys = 1000;
const types = { key: "u32", value: "u64" } as const;
const pin = `/sys/fs/bpf/ebpf-faults-two-${process.pid}`;
const openPin = (path: string) => BpfMap.fromPin(path, types) as unknown as Numbers & Disposable;

async function scene(what: string, work: () => Promise<string>): Promise<void> {
  try {
    console.log(JSON.stringify({ what, outcome: await work() }));
  } catch (error) {
    console.log(JSON.stringify({ what, fault: `${(error as Error).stack}` }));
  } finally {
    rmSync(pin, { force: true });
  }
}

/** A second process, once it has the pin open. */
async function other() {
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, pin], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function writtenByBoth(): Promise<string> {
  using map = BpfMap.create({ type: "hash", ...types, maxEntries: 4 * keys });
  map.pin(pin);
  const child = await other();
  for (let key = 0; key < keys; key++) map.set(key, BigInt(key));
  child.stdin.end();
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the other process ended with ${code}`);
  const entries = [...map.entries()];
  if (entries.length !== 2 * keys || entries.some(([key, value]) => BigInt(key) !== value))
    throw new Error(`${entries.length} entries`);
  return `${entries.length} entries`;
}

async function stoppedAndKilled(): Promise<string> {
  using map = BpfMap.create({ type: "hash", ...types, maxEntries: 4 * keys });
  map.pin(pin);
  const child = await other();
  const closed = once(child, "close");
  child.kill("SIGSTOP");
  for (let key = 0; key < keys; key++) map.set(key, 1n);
  child.kill("SIGKILL");
  await closed;
  map.unpin();
  if (existsSync(pin)) throw new Error("the pin is still there");
  return `${[...map.entries()].length} entries after SIGSTOP and SIGKILL of the other process`;
}

/** The pin is replaced under the other process: it keeps its map, and opening the pin returns the new one. */
async function replaced(): Promise<string> {
  using first = BpfMap.create({ type: "hash", ...types, maxEntries: 4 * keys });
  first.pin(pin);
  const child = await other();
  first.unpin();
  using second = BpfMap.create({ type: "hash", ...types, maxEntries: 4 * keys });
  second.pin(pin);
  child.stdin.end();
  await once(child, "close");
  using opened = openPin(pin);
  const counts = [first, second, opened].map((map) => [...(map as unknown as Numbers).entries()].length);
  if (`${counts}` !== `${[keys, 0, 0]}`) throw new Error(`${counts} entries`);
  return `${counts} entries in the old map, the new one and the one of the pin`;
}

/** Nothing can refuse a reader in another process: each record reaches one of the two, or is reported as corrupt. */
async function twoReaders(): Promise<string> {
  using sender = new Sender();
  sender.map().pin(pin);
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, pin, "ring"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const closed = once(child, "close");
  let seen = 0;
  let corrupt = 0;
  for (let i = 0; i < 200; i++) {
    sender.send(20);
    try {
      seen += readAll(sender.map() as BpfMap);
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      corrupt++;
    }
    if (i % 20 === 0) await setTimeout(1);
  }
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`the other process ended with ${code}`);
  return `${seen} records read here of ${4000 - Number(sender.dropped)}, ${corrupt} times told as corrupt`;
}

function readAll(map: BpfMap): number {
  using ring = new RingBuf(map);
  return ring.consume().length;
}

const [, , path, kind] = process.argv;
if (path === undefined) {
  await scene("two processes write one pinned map", writtenByBoth);
  await scene("a process is stopped and killed while it has a pin open", stoppedAndKilled);
  await scene("a pin is replaced while another process has it open", replaced);
  await scene("two processes read one ring", twoReaders);
} else if (kind === "ring") {
  using map = BpfMap.fromPin(path) as BpfMap;
  let ended = false;
  process.stdin.on("end", () => {
    ended = true;
  });
  process.stdin.resume();
  console.log("open");
  while (!ended) {
    try {
      readAll(map);
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
    }
    await setTimeout(1);
  }
} else {
  using map = openPin(path);
  console.log("open");
  for await (const _ of process.stdin);
  for (let key = keys; key < 2 * keys; key++) map.set(key, BigInt(key));
}
