import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import {
  ClosedError,
  type Codec,
  InvalidArgumentError,
  RecordError,
  type RecordView,
  RingBuf,
  UnknownNameError,
} from "../../lib/index.ts";
import { requiresLinux } from "../support/requires.ts";
import { type Event, NO_WAKEUP, range, Sender, sequences } from "./sender.ts";

let sender: Sender;
beforeEach((context) => {
  requiresLinux(context, "5.17", "the sender of records, which loops");
  sender = new Sender();
});
afterEach(() => sender?.[Symbol.dispose]());

const open = (options = {}) => new RingBuf<Event>(sender.map(), options);

test("what is there now is taken without waiting", () => {
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

test("a loop gets what is there and what comes, and leaves the rest", async () => {
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

test("batches are as many as came", async () => {
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

test("a view cannot be written through, and its memory not be reached", () => {
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

test("discard bit: discarded records are not seen, and counted", () => {
  using ring = open();
  sender.send({ count: 10, discard: 2 });
  expect(sequences(ring.consume())).toEqual([0, 2, 4, 6, 8]);
  expect(ring.statistics()).toMatchObject({ records: 5, discarded: 5, available: 0, size: 65536 });
});

test("discard bit: nothing but discarded records does not stop the reader", async () => {
  using ring = open();
  const first = ring.values().next();
  sender.send({ count: 50, discard: 1 });
  sender.send(1);
  expect((await first).value).toMatchObject({ sequence: 50n });
});

test("busy bit: a record that is reserved hides those behind it until it is submitted", async () => {
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

test("a full ring is the program's to notice, and loses nothing that it took", () => {
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

test("handler throws: it loses nothing that it had not been handed", async () => {
  using ring = open();
  sender.send(10);
  const failure = new Error("handler");
  const got: bigint[] = [];
  const reading = ring.forEach(({ sequence }) => {
    got.push(sequence);
    if (sequence === 3n) throw failure;
  });
  await expect(reading).rejects.toBe(failure);
  expect(got).toEqual([0n, 1n, 2n, 3n]);
  expect(ring.closed).toBe(false);
  expect(ring.statistics().available).toBe(6 * 40);
  expect(() =>
    ring.drain(({ sequence }) => {
      if (sequence === 5n) throw failure;
    }),
  ).toThrow(failure);
  expect(sequences(ring.consume())).toEqual([6, 7, 8, 9]);
});

test("close during iteration: a loop that waits ends", async () => {
  using ring = open();
  setTimeout(() => ring.close(), 5);
  for await (const _ of ring) throw new Error("nothing was sent");
  expect(ring.closed).toBe(true);
});

test("close in a handler takes effect when it returns, and leaves the rest to the next reader", async () => {
  sender.send(10);
  const first = open();
  await first.forEach((event) => {
    if (event.sequence !== 4n) return;
    first.close();
    expect(first.closed).toBe(true);
    expect(event.comm).toBe("sender");
  });
  using second = open();
  expect(sequences(second.consume())).toEqual([5, 6, 7, 8, 9]);
});

test("close between two records of a loop leaves the rest to the next reader", async () => {
  sender.send(10);
  const first = open();
  for await (const { sequence } of first) if (sequence === 2n) first.close();
  using second = open();
  expect(sequences(second.consume())).toEqual(range(3, 10));
});

test("use after close", async () => {
  const ring = open();
  sender.send(2);
  let kept: Event | undefined;
  ring.drain((event) => {
    kept = event as Event;
  }, 1);
  ring.close();
  ring.close();
  expect(() => kept?.sequence).toThrow(TypeError);
  expect(() => kept?.comm).toThrow(TypeError);
  expect(() => ring.consume()).toThrow(ClosedError);
  expect(() => ring.drain(() => {})).toThrow(ClosedError);
  expect(() => ring.values()).toThrow(ClosedError);
  expect(() => ring.batches()).toThrow(ClosedError);
  expect(() => ring.flush()).toThrow(ClosedError);
  expect(() => ring.statistics()).toThrow(ClosedError);
  await expect(ring.forEach(() => {})).rejects.toThrow(ClosedError);
});

test("a view of bytes that is kept is empty after close, and throws", () => {
  const ring = new RingBuf<Uint8Array>(sender.map("second"));
  sender.run("send_second");
  let kept: RecordView | undefined;
  ring.drain((view) => {
    kept = view;
    expect(view.byteLength).toBe(32);
    expect(view.getBigUint64(0)).toBe(99n);
    expect(() => view.getBigUint64(25)).toThrow(InvalidArgumentError);
    expect(view.bytes(16, 22)).toEqual(new TextEncoder().encode("second"));
  });
  ring.close();
  expect(kept?.byteLength).toBe(0);
  expect(() => kept?.getUint8(0)).toThrow(TypeError);
  expect(() => kept?.bytes()).toThrow(TypeError);
});

test("a signal closes the reader and tells whoever waits", async () => {
  const stop = new AbortController();
  const ring = open({ signal: stop.signal });
  const next = ring.values().next();
  const each = ring.forEach(() => {});
  const both = Promise.allSettled([next, each]);
  const reason = new Error("enough");
  stop.abort(reason);
  expect(await both).toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
  expect(ring.closed).toBe(true);
  expect(() => open({ signal: stop.signal })).toThrow("enough");
});

test("a signal of one iteration ends that one only", async () => {
  using ring = open();
  const stop = new AbortController();
  const values = ring.values({ signal: stop.signal });
  const next = values.next();
  const each = ring.forEach(() => {}, { signal: stop.signal });
  const both = Promise.allSettled([next, each]);
  const reason = new Error("enough");
  stop.abort(reason);
  expect(await both).toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
  expect(await values.next()).toEqual({ done: true, value: undefined });
  expect(ring.closed).toBe(false);
  sender.send(1);
  expect(ring.consume()).toHaveLength(1);
});

test("a signal that is aborted by the handler stops behind that record", async () => {
  using ring = open();
  const stop = new AbortController();
  sender.send(10);
  const handler = ({ sequence }: Event): void => {
    if (sequence === 3n) stop.abort(new Error("enough"));
  };
  const each = ring.forEach(handler, { signal: stop.signal });
  await expect(each).rejects.toThrow("enough");
  expect(sequences(ring.consume())).toEqual(range(4, 10));
});

test("starvation: timers go on under a flood, whichever way it is read", async () => {
  const ways: ((ring: RingBuf<Event>) => Promise<unknown>)[] = [
    async (ring) => {
      for await (const _ of ring);
    },
    async (ring) => {
      for await (const _ of ring.batches());
    },
    (ring) => ring.forEach(() => {}),
  ];
  for (const way of ways) {
    const ring = open();
    let flooding = true;
    const flood = (async () => {
      while (flooding) await sender.sendMeanwhile(100_000);
    })();
    const reading = way(ring);
    // A reader that never let go would never let these be called.
    for (let ticks = 0; ticks < 5 || ring.count < 3000; ticks++)
      await new Promise((resolve) => setTimeout(resolve, 1));
    flooding = false;
    ring.close();
    await reading;
    await flood;
  }
});

test("nothing is lost in a flood but what the program could not send", async () => {
  using ring = open();
  const flood = sender.sendMeanwhile(300_000).then(() => ring.close());
  let got = 0;
  let last = -1n;
  await ring.forEach(({ sequence }) => {
    got++;
    expect(sequence > last).toBe(true);
    last = sequence;
  });
  await flood;
  using rest = open();
  got += rest.consume().length;
  expect(BigInt(got) + sender.dropped).toBe(300_000n);
});

test("records that woke nobody are there after a flush", async () => {
  using ring = open();
  const next = ring.values().next();
  sender.send({ count: 1, flags: NO_WAKEUP });
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 20, "nothing"))]);
  expect(early).toBe("nothing");
  expect(ring.available).toBe(40);
  ring.flush();
  expect((await next).value).toMatchObject({ sequence: 0n });
});

test("loops take turns: each record is handed out once", async () => {
  using ring = open();
  const a = ring.values();
  const b = ring.values();
  const asked = [a.next(), b.next(), a.next()];
  sender.send(3);
  const got = await Promise.all(asked);
  expect(sequences(got.map(({ value }) => value)).sort()).toEqual([0, 1, 2]);
});

test("records of several types are told apart", () => {
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

test("a record that is too short for its type is told of, and those around it are not lost", () => {
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

test("a codec of the user's own gets a copy, which it may keep and write to", () => {
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
  expect(views[0]?.getUint8(8)).toBe(200);
});

test("copied memory: the same records, also those that are larger than it", () => {
  using ring = open({ memory: "copied" });
  sender.send(1500);
  expect(sequences(ring.consume())).toEqual(range(0, 1500));
  sender.send(3);
  const got: bigint[] = [];
  ring.drain(({ sequence }) => got.push(sequence));
  expect(got).toEqual([1500n, 1501n, 1502n]);
});

test("an async handler is refused", async () => {
  using ring = open();
  sender.send(2);
  const handler = (async () => {}) as () => void;
  await expect(ring.forEach(handler)).rejects.toThrow(InvalidArgumentError);
  expect(ring.consume()).toHaveLength(1);
});

test("a handler may not read from the reader that calls it", () => {
  using ring = open();
  sender.send(1);
  expect(() => ring.drain(() => ring.consume())).toThrow(InvalidArgumentError);
});

test("streams of both kinds keep nothing to themselves", async () => {
  using ring = open();
  sender.send(5);
  const reader = ring.toWebStream().getReader();
  expect((await reader.read()).value).toMatchObject({ sequence: 0n });
  await reader.cancel();
  const stream = ring.toNodeStream();
  for await (const event of stream) {
    expect(event).toMatchObject({ sequence: 1n });
    break;
  }
  expect(stream.destroyed).toBe(true);
  expect(sequences(ring.consume())).toEqual([2, 3, 4]);
  const ended = ring.toNodeStream();
  setTimeout(() => ring.close(), 5);
  for await (const _ of ended) throw new Error("nothing was sent");
});

test("several readers in one process do not get in each other's way", async () => {
  using first = open();
  using second = new RingBuf<Uint8Array>(sender.map("second"));
  const both = Promise.all([first.values().next(), second.values().next()]);
  sender.run("send_second");
  sender.send(1);
  const [a, b] = await both;
  expect(a.value).toMatchObject({ sequence: 0n });
  expect(b.value).toHaveLength(32);
});

test("a ring has one reader", () => {
  const ring = open();
  expect(open).toThrow(/read by another RingBuf/);
  ring.close();
  open().close();
});

test("a reader outlives its map", () => {
  using ring = open();
  sender.send(1);
  sender.map().close();
  expect(ring.consume()).toHaveLength(1);
});

test("what is no ring buffer is refused", () => {
  expect(() => new RingBuf(sender.map("array"))).toThrow(
    'RingBuf takes a map of type "ringbuf"; map "array" is of type "array"',
  );
  expect(() => new RingBuf({} as never)).toThrow(InvalidArgumentError);
  expect(() => open({ type: "evnt" })).toThrow(UnknownNameError);
  expect(() => open({ type: "evnt" })).toThrow(/"event"/);
  expect(() => open({ types: { a: "event" } })).toThrow(InvalidArgumentError);
  sender.map("second").close();
  expect(() => new RingBuf(sender.map("second"))).toThrow(ClosedError);
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
