import { expect, test } from "vitest";
import {
  ClosedError,
  InvalidArgumentError,
  type RecordView,
  RingBuf,
  UnknownNameError,
} from "../../lib/index.ts";
import { eachSender } from "./each-sender.ts";
import { type Event, range, type Sender, sequences } from "./sender.ts";

let sender: Sender;
eachSender((own) => {
  sender = own;
});

const open = (options = {}) => new RingBuf<Event>(sender.map(), options);

test("a handler that throws loses no record that it did not receive", async () => {
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

test("close ends a waiting loop", async () => {
  using ring = open();
  setTimeout(() => ring.close(), 5);
  for await (const _ of ring) throw new Error("nothing was sent");
  expect(ring.closed).toBe(true);
});

test("close in a handler takes effect when the handler returns, and leaves the rest to the next reader", async () => {
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

test("a kept view of bytes is empty after close and throws", () => {
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
  expect(() => kept?.getUint8(0)).toThrow(InvalidArgumentError);
  expect(kept?.bytes()).toEqual(new Uint8Array());
});

/** Aborts, and expects that each wait throws the reason. */
async function expectAborted(stop: AbortController, ...waiting: Promise<unknown>[]): Promise<void> {
  const all = Promise.allSettled(waiting);
  const reason = new Error("enough");
  stop.abort(reason);
  expect(await all).toEqual(waiting.map(() => ({ status: "rejected", reason })));
}

test("a signal closes the reader and ends its waits", async () => {
  const stop = new AbortController();
  const ring = open({ signal: stop.signal });
  await expectAborted(
    stop,
    ring.values().next(),
    ring.forEach(() => {}),
  );
  expect(ring.closed).toBe(true);
  expect(() => open({ signal: stop.signal })).toThrow("enough");
});

test("a signal for one iteration ends only that iteration", async () => {
  using ring = open();
  const stop = new AbortController();
  const values = ring.values({ signal: stop.signal });
  await expectAborted(
    stop,
    values.next(),
    ring.forEach(() => {}, { signal: stop.signal }),
  );
  expect(await values.next()).toEqual({ done: true, value: undefined });
  expect(ring.closed).toBe(false);
  sender.send(1);
  expect(ring.consume()).toHaveLength(1);
});

test("a signal aborted in the handler stops after that record", async () => {
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

test("starvation: timers run during a flood, with every read method", async () => {
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
    // A reader that does not yield would block these timers.
    for (let ticks = 0; ticks < 5 || ring.count < 3000; ticks++)
      await new Promise((resolve) => setTimeout(resolve, 1));
    flooding = false;
    ring.close();
    await reading;
    await flood;
  }
});

test("in a flood, only records that the program could not send are lost", async () => {
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

test("streams do not buffer records", async () => {
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

test("a ring has one reader", () => {
  const ring = open();
  expect(open).toThrow(/already has a RingBuf that reads it/);
  ring.close();
  open().close();
});

test("a reader outlives its map", () => {
  using ring = open();
  sender.send(1);
  sender.map().close();
  expect(ring.consume()).toHaveLength(1);
});

test("a map that is not a ring buffer is refused", () => {
  expect(() => new RingBuf(sender.map("array"))).toThrow(
    'map of RingBuf: expected a map of type "ringbuf", received map "array" of type "array"',
  );
  expect(() => new RingBuf({} as never)).toThrow(InvalidArgumentError);
  expect(() => open({ type: "evnt" })).toThrow(UnknownNameError);
  expect(() => open({ type: "evnt" })).toThrow(/"event"/);
  expect(() => open({ types: { a: "event" } })).toThrow(InvalidArgumentError);
  sender.map("second").close();
  expect(() => new RingBuf(sender.map("second"))).toThrow(ClosedError);
});
