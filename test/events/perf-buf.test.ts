import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Collection,
  CollectionSpec,
  InvalidArgumentError,
  PerfBuf,
  type PerfBufOptions,
  type PerfEvent,
  type Program,
  RingBuf,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

interface Sample {
  sequence: bigint;
  cpu: number;
  comm: string;
}

let coll: Collection;
beforeEach(() => {
  coll = CollectionSpec.fromFile(testObject("events/perf")).loadSync();
});
afterEach(() => coll.close());

const map = () => coll.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0];
const open = (options: PerfBufOptions = {}) => new PerfBuf<Sample>(map(), { type: "sample", ...options });
const send = (count: number) =>
  (coll.programs["send"] as Program<"raw-tracepoint">).testRunSync({ context: [BigInt(count)], cpu: 0 });
const sequences = (events: readonly PerfEvent<Sample>[]) =>
  events.map((event) => (event.type === "sample" ? Number(event.value.sequence) : `lost ${event.lost}`));

test("records come with the CPU that sent them", async () => {
  using perf = open();
  expect(perf.consume()).toEqual([]);
  send(1);
  expect(perf.consume()).toEqual([{ type: "sample", cpu: 0, value: { sequence: 0n, cpu: 0, comm: "perf" } }]);
  setTimeout(() => send(3), 5);
  const got: PerfEvent<Sample>[] = [];
  for await (const event of perf) {
    got.push(event);
    if (got.length === 2) break;
  }
  expect(sequences(got)).toEqual([1, 2]);
  expect(sequences(perf.consume())).toEqual([3]);
});

test("lost samples are reported at their position", () => {
  using perf = open({ bytesPerCpu: 4096 });
  send(500);
  const first = sequences(perf.consume());
  expect(first.length).toBeLessThan(500);
  send(1);
  const [lost, sample] = perf.consume();
  expect(lost).toEqual({ type: "lost", cpu: 0, lost: 500 - first.length });
  expect(sample).toMatchObject({ type: "sample", value: { sequence: 500n } });
  expect(perf.statistics()).toMatchObject({ bytesPerCpu: 4096, lost: 500 - first.length, available: 0 });
});

test("a handler reads samples in place, and receives the number of lost samples", async () => {
  using perf = open({ bytesPerCpu: 4096 });
  send(500);
  send(1);
  const seen: bigint[] = [];
  perf.drain((sample) => sample && seen.push(sample.sequence));
  send(1);
  let told = 0;
  await perf.forEach((sample, cpu, lost) => {
    expect(cpu).toBe(0);
    told += lost;
    if (sample?.sequence === 501n) perf.close();
  });
  expect(told).toBe(501 - seen.length);
});

test("wrap-around: records across the end of the ring are complete", () => {
  using perf = open({ bytesPerCpu: 4096 });
  let next = 0;
  for (let round = 0; round < 100; round++) {
    send(37);
    for (const event of perf.consume()) {
      expect(event).toMatchObject({ type: "sample", value: { sequence: BigInt(next++), comm: "perf" } });
    }
  }
  expect(next).toBe(3700);
});

test("records below the wake-up threshold are read by a flush", async () => {
  using perf = open({ wakeupEvents: 4 });
  const next = perf.values().next();
  // Until the loop has begun to watch, and has looked once more for what came before it did.
  await new Promise((resolve) => setTimeout(resolve, 100));
  send(3);
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 20, "nothing"))]);
  expect(early).toBe("nothing");
  perf.flush();
  expect((await next).value).toMatchObject({ value: { sequence: 0n } });
});

test("a watermark wakes the reader at its number of bytes", async () => {
  using perf = open({ watermark: 1024 });
  const next = perf.values().next();
  send(100);
  expect((await next).value).toMatchObject({ value: { sequence: 0n } });
});

test("overwritable: a snapshot has the newest samples, and sending continues", () => {
  using perf = open({ bytesPerCpu: 4096, overwritable: true });
  expect(perf.snapshot()).toEqual([]);
  send(1000);
  const first = sequences(perf.snapshot());
  expect(first.at(-1)).toBe(999);
  expect(first.length).toBeGreaterThan(50);
  expect(first).toEqual(Array.from({ length: first.length }, (_, i) => 1000 - first.length + i));
  send(1);
  expect(sequences(perf.snapshot()).at(-1)).toBe(1000);
  expect(() => perf.consume()).toThrow(InvalidArgumentError);
});

test("overwritable: a snapshot of rings of 16 MB is complete", () => {
  using perf = open({ overwritable: true, bytesPerCpu: 16 << 20 });
  send(1000);
  expect(perf.snapshot()).toHaveLength(1000);
});

test("records sent during a pause are lost, and later records are read", () => {
  using perf = open();
  perf.pause();
  send(2);
  perf.resume();
  send(1);
  expect(sequences(perf.consume()).at(-1)).toBe(2);
  expect(sequences(perf.consume())).toEqual([]);
});

test("close removes the rings from the map, and programs stop filling them", () => {
  const perf = open();
  send(1);
  perf.close();
  const failed = () => coll.variables["failed"]?.value;
  expect(failed()).toBe(0n);
  send(1);
  expect(failed()).toBe(1n);
  using again = open();
  send(1);
  expect(sequences(again.consume())).toEqual([2]);
});

test("closing a reader keeps the reader that replaced it in the map", () => {
  const first = open();
  using second = open();
  first.close();
  send(1);
  expect(sequences(second.consume())).toEqual([0]);
});

test("invalid options are refused", () => {
  expect(() => open({ bytesPerCpu: 0 })).toThrow(InvalidArgumentError);
  expect(() => open({ watermark: 10, wakeupEvents: 2 })).toThrow(InvalidArgumentError);
  expect(() => open({ watermark: 2 ** 20 })).toThrow(InvalidArgumentError);
  expect(() => open({ wakeupEvents: 0 })).toThrow(InvalidArgumentError);
  expect(() => new RingBuf(map())).toThrow(/Use PerfBuf/);
});
