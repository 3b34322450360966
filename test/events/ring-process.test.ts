import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, expect, test, vi } from "vitest";
import { InvalidArgumentError, RingBuf } from "../../lib/index.ts";
import { requiresLinux } from "../support/requires.ts";
import { scriptArguments, scriptWorker } from "../support/script.ts";
import { type Event, range, Sender, sequences } from "./sender.ts";

const child = (name: string): string => path.join(import.meta.dirname, "children", `${name}.ts`);

beforeEach((context) => {
  requiresLinux(context, "5.17", "the sender of records, which loops");
});

/** What a child says until it ends by itself. */
async function said(name: string): Promise<unknown> {
  const process_ = spawn(process.execPath, scriptArguments(child(name)), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  process_.stdout.on("data", (more) => {
    text += more;
  });
  expect(await once(process_, "close")).toEqual([0, null]);
  return text === "" ? undefined : JSON.parse(text);
}

test("a reader after unref does not keep the process alive", async () => {
  expect(await said("unref")).toEqual({ closed: false });
});

test("a ref in the handler keeps the process alive", async () => {
  expect(await said("ref-in-handler")).toEqual({ seen: 2 });
});

test("a reader goes on while nothing else wakes the event loop", async () => {
  expect(await said("quiet-loop")).toEqual({ reopened: 12, unreferenced: 300 });
});

test("several workers and the main thread read at the same time", async () => {
  using sender = new Sender();
  using ring = new RingBuf<Event>(sender.map());
  const workers = [scriptWorker(child("in-worker")), scriptWorker(child("in-worker"))];
  const next = ring.values().next();
  const told = await Promise.all(workers.map((worker) => once(worker, "message")));
  sender.send(1);
  expect(told).toEqual([[range(0, 5)], [range(0, 5)]]);
  expect((await next).value).toMatchObject({ sequence: 0n });
  await Promise.all(workers.map((worker) => worker.terminate()));
});

test("a reader whose process is stopped reads on when it continues, and has lost nothing", async () => {
  using sender = new Sender();
  const args = [...scriptArguments(child("reads-map")), `${sender.map().id}`, "300"];
  const reader = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(reader, "close");
  const lines = createInterface(reader.stdout)[Symbol.asyncIterator]();
  const isStopped = () => / T /.test(readFileSync(`/proc/${reader.pid}/stat`, "utf8"));
  expect((await lines.next()).value).toBe("reading");
  for (let round = 0; round < 3; round++) {
    reader.kill("SIGSTOP");
    await vi.waitFor(() => expect(isStopped()).toBe(true), { timeout: 20_000, interval: 5 });
    // Each wakes the reader, which cannot run.
    for (let i = 0; i < 100; i++) sender.send(1);
    reader.kill("SIGCONT");
  }
  expect(JSON.parse((await lines.next()).value ?? "null")).toEqual(range(0, 300));
  expect(await ended).toEqual([0, null]);
  expect(sender.dropped).toBe(0n);
});

test("a ring that a worker reads is refused in the main thread until the worker has ended", async () => {
  using sender = new Sender();
  const worker = scriptWorker(child("hold-ring"), { workerData: sender.map().fd });
  expect(await once(worker, "message")).toEqual(["open"]);
  const open = (): RingBuf => new RingBuf(sender.map());
  expect(open).toThrow(InvalidArgumentError);
  expect(open).toThrow(/already has a RingBuf that reads it, in this or another thread/);
  await worker.terminate();
  open().close();
});

test("several rings share one poller, even if one is closed during the wait", async () => {
  const senders = Array.from({ length: 5 }, () => new Sender());
  const rings = senders.map((sender) => new RingBuf<Event>(sender.map()));
  const asked = rings.map((ring) => ring.values().next());
  rings[2]?.close();
  for (const sender of [...senders].reverse()) sender.send(1);
  const got = (await Promise.all(asked)).map(({ done }) => done);
  expect(got).toEqual([false, false, true, false, false]);
  for (const ring of rings) ring.close();
  for (const sender of senders) sender[Symbol.dispose]();
});

test("backpressure: a slow loop leaves records in the ring, and the program counts dropped records", async () => {
  using sender = new Sender();
  using ring = new RingBuf<Event>(sender.map());
  sender.send(1);
  const got: Event[] = [];
  for await (const event of ring) {
    got.push(event);
    if (got.length === 1) sender.send(5000);
    if (got.length === 100) break;
  }
  const { available } = ring.statistics();
  const rest = ring.consume();
  expect(available).toBe(rest.length * 40);
  expect(sequences([...got, ...rest])).toEqual(range(0, 5001 - Number(sender.dropped)));
  expect(sender.dropped).toBeGreaterThan(3000n);
});

test("a handler that closes the ring receives no more records", () => {
  using sender = new Sender();
  const ring = new RingBuf<Event>(sender.map());
  sender.send(100);
  let handed = 0;
  expect(
    ring.drain(() => {
      if (++handed === 7) ring[Symbol.dispose]();
    }),
  ).toBe(7);
  using rest = new RingBuf<Event>(sender.map());
  expect(rest.consume()).toHaveLength(93);
});

test("views do not allocate memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  using sender = new Sender();
  // Two 32-bit numbers at the beginning of an event: a 64-bit number would be a bigint, which is an object.
  using ring = new RingBuf<{ kind: number; number: number }>(sender.map(), { type: "struct other" });
  let sum = 0;
  const handler = ({ kind, number }: { kind: number; number: number }): void => {
    sum = (sum + kind + number) & 0xffff;
  };
  // A round takes up to a tenth of a second, and seconds on an emulated machine.
  const count = 15;
  // The median of many rounds, because the engine sometimes compiles or collects garbage.
  const bytesOf = (read: () => void): number => {
    const rounds: number[] = [];
    for (let round = 0; round < count; round++) {
      sender.send(1600);
      collect();
      const before = process.memoryUsage().heapUsed;
      read();
      rounds.push((process.memoryUsage().heapUsed - before) / 1600);
    }
    return rounds.sort((x, y) => x - y)[Math.floor(count / 2)] as number;
  };
  // The smallest object has 16 bytes.
  expect(bytesOf(() => ring.drain(handler))).toBeLessThan(4);
  expect(bytesOf(() => ring.consume())).toBeGreaterThan(16);
  expect(sender.dropped).toBe(0n);
});
