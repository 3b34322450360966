import { expect, expectTypeOf, test } from "vitest";
import { type Codec, RecordError, RingBuf } from "../../lib/index.ts";
import { eachSender } from "./each-sender.ts";
import { type Event, NO_WAKEUP, range, type Sender, sequences } from "./sender.ts";

let sender: Sender;
eachSender((own) => {
  sender = own;
});

const open = (options = {}) => new RingBuf<Event>(sender.map(), options);

test("available records are read without waiting", () => {
  using ring = open();
  expect(ring.consume()).toEqual([]);
  sender.send(5);
  expect(ring.consume(2)).toEqual([
    { sequence: 0n, sent: 0n, comm: "sender" },
    { sequence: 1n, sent: 0n, comm: "sender" },
  ]);
  expect(sequences(ring.consume())).toEqual([2, 3, 4]);
  expect(ring.consume()).toEqual([]);
});

test("a loop reads available and new records, and leaves the rest", async () => {
  using ring = open();
  sender.send(2);
  setTimeout(() => sender.send(3), 5);
  const got: Event[] = [];
  for await (const event of ring) {
    got.push(event);
    if (got.length === 4) break;
  }
  expect(sequences(got)).toEqual([0, 1, 2, 3]);
  expect(sequences(ring.consume())).toEqual([4]);
});

test("a batch has all available records", async () => {
  using ring = open();
  sender.send(1500);
  const sizes: number[] = [];
  const all: Event[] = [];
  for await (const batch of ring.batches({ max: 400 })) {
    sizes.push(batch.length);
    all.push(...batch);
    if (all.length === 1500) break;
  }
  expect(sequences(all)).toEqual(range(0, 1500));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(400);
});

test("a handler sees records in place, through one view", async () => {
  using ring = open();
  const views = new Set<unknown>();
  const got: bigint[] = [];
  setTimeout(() => sender.send(3), 5);
  await ring.forEach((event) => {
    views.add(event);
    got.push(event.sequence);
    expect(event.comm).toBe("sender");
    if (got.length === 3) ring.close();
  });
  expect(got).toEqual([0n, 1n, 2n]);
  expect(views.size).toBe(1);
});

test("a view is read-only, and its memory is not reachable", () => {
  using ring = open();
  sender.send(1);
  ring.drain((event) => {
    expect(() => {
      (event as { sequence: bigint }).sequence = 1n;
    }).toThrow(TypeError);
    for (const key of [...Object.getOwnPropertyNames(event), ...Object.getOwnPropertySymbols(event)])
      expect(ArrayBuffer.isView((event as Record<PropertyKey, unknown>)[key])).toBe(false);
  });
});

test("discard bit: discarded records are skipped and counted", () => {
  using ring = open();
  sender.send({ count: 10, discard: 2 });
  expect(sequences(ring.consume())).toEqual([0, 2, 4, 6, 8]);
  expect(ring.statistics()).toMatchObject({ records: 5, discarded: 5, available: 0, size: 65536 });
});

test("discard bit: a run of discarded records does not stop the reader", async () => {
  using ring = open();
  const first = ring.values().next();
  sender.send({ count: 50, discard: 1 });
  sender.send(1);
  expect((await first).value).toMatchObject({ sequence: 50n });
});

test("busy bit: a reserved record holds back later records until it is submitted", async () => {
  using ring = open();
  let done = false;
  const slow = sender.sendMeanwhile(1, "send_slowly").then(() => {
    done = true;
  });
  const got: Event[] = [];
  for await (const event of ring) {
    got.push(event);
    if (got.length === 2) break;
  }
  await slow;
  expect(done).toBe(true);
  expect(sequences(got)).toEqual([0, 1]);
});

test("wrap-around: records of an odd size stay whole over many rounds of the ring", () => {
  using ring = new RingBuf<Uint8Array>(sender.map(), { type: byteCodec(1001) });
  let next = 0;
  for (let round = 0; round < 40; round++) {
    sender.send({ count: 50, size: 1001 });
    for (const record of ring.consume()) {
      expect(record).toHaveLength(1001);
      expect(record[0]).toBe(next++ & 0xff);
    }
  }
  expect(next).toBe(2000);
  expect(sender.dropped).toBe(0n);
});

test("a full ring refuses new records and loses no accepted record", () => {
  using ring = open();
  // 40 bytes each with their headers.
  sender.send(3000);
  const room = Math.floor(65536 / 40);
  expect(sender.dropped).toBeGreaterThan(0n);
  const got = ring.consume();
  expect(got.length).toBe(3000 - Number(sender.dropped));
  expect(got.length).toBeGreaterThanOrEqual(room - 1);
  sender.send(1);
  expect(ring.consume()).toHaveLength(1);
});

test("records sent without a wake-up are read after a flush", async () => {
  using ring = open();
  const next = ring.values().next();
  sender.send({ count: 1, flags: NO_WAKEUP });
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 20, "nothing"))]);
  expect(early).toBe("nothing");
  expect(ring.available).toBe(40);
  ring.flush();
  expect((await next).value).toMatchObject({ sequence: 0n });
});

test("concurrent loops receive each record once", async () => {
  using ring = open();
  const a = ring.values();
  const b = ring.values();
  const asked = [a.next(), b.next(), a.next()];
  sender.send(3);
  const got = await Promise.all(asked);
  expect(sequences(got.map(({ value }) => value)).sort()).toEqual([0, 1, 2]);
});

test("records of several types are distinguished", () => {
  using ring = new RingBuf(sender.map(), {
    types: { event: "event", other: "struct other" },
    kind: (record) => (record.getUint32(0) === 7 ? "other" : "event"),
  });
  sender.run("send_kinds");
  expect(ring.consume()).toEqual([
    { kind: "event", value: { sequence: 1n, sent: 0n, comm: "first" } },
    { kind: "other", value: { kind: 7, number: 42 } },
  ]);
  sender.run("send_kinds");
  const seen: unknown[] = [];
  ring.drain((view, kind) => seen.push([kind, kind === "other" ? view.number : view.comm]));
  expect(seen).toEqual([
    ["event", "first"],
    ["other", 42],
  ]);
});

test("a record that is too short for its type is an error, and its neighbours are not lost", () => {
  using ring = open();
  sender.send(1);
  sender.send({ count: 1, size: 5 });
  sender.send(1);
  expect(sequences(ring.consume())).toEqual([0]);
  const error = caught(() => ring.consume());
  expect(error).toBeInstanceOf(RecordError);
  expect(error).toMatchObject({ code: "ERR_EBPF_RECORD", bytes: Uint8Array.of(1, 0, 0, 0, 0) });
  expect((error as Error).message).toMatch(/ring buffer "events" has 5 bytes, struct event has 32/);
  expect(sequences(ring.consume())).toEqual([2]);
});

test("a user codec receives a copy that it may keep and modify", () => {
  const views: DataView[] = [];
  const codec: Codec<number> = {
    size: 32,
    name: "mine",
    read(view, offset) {
      view.setUint8(offset, 200);
      views.push(view);
      return view.getUint8(offset);
    },
    write() {},
  };
  using ring = new RingBuf(sender.map(), { type: codec });
  expectTypeOf(ring).toEqualTypeOf<RingBuf<number>>();
  sender.send(1000);
  expect(ring.consume()).toEqual(Array(1000).fill(200));
  ring.close();
  expect(views[0]?.getUint8(0)).toBe(200);
});

test("copied memory: records are the same, even if they are larger than the copy", () => {
  using ring = open({ memory: "copied" });
  sender.send(1500);
  expect(sequences(ring.consume())).toEqual(range(0, 1500));
  sender.send(3);
  const got: bigint[] = [];
  ring.drain(({ sequence }) => got.push(sequence));
  expect(got).toEqual([1500n, 1501n, 1502n]);
});

test("several readers in one process are independent", async () => {
  using first = open();
  using second = new RingBuf<Uint8Array>(sender.map("second"));
  const both = Promise.all([first.values().next(), second.values().next()]);
  sender.run("send_second");
  sender.send(1);
  const [a, b] = await both;
  expect(a.value).toMatchObject({ sequence: 0n });
  expect(b.value).toHaveLength(32);
});

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function byteCodec(size: number): Codec<Uint8Array> {
  return {
    size,
    name: `bytes[${size}]`,
    read: (view, offset) => new Uint8Array(view.buffer, view.byteOffset + offset, size).slice(),
    write() {},
  };
}
