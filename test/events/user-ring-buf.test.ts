import { afterEach, beforeEach, expect, test } from "vitest";
import {
  ClosedError,
  type Collection,
  CollectionSpec,
  EncodeError,
  InvalidArgumentError,
  type Program,
  RingFullError,
  UserRingBuf,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

interface Order {
  number: bigint;
  name: string;
}

let coll: Collection;
beforeEach((context) => {
  requiresLinux(context, "6.1", "user ring buffers");
  coll = CollectionSpec.fromFile(testObject("events/user_ring")).loadSync();
});
afterEach(() => coll?.close());

const open = (options = {}) =>
  new UserRingBuf<Order>(coll.maps["orders"] as ConstructorParameters<typeof UserRingBuf>[0], options);
const drain = () => (coll.programs["drain"] as Program<"syscall">).testRunSync().returnValue;
const variable = (name: string) => coll.variables[name]?.value;
const order = (number: number, name = "n"): Order => ({ number: BigInt(number), name });
// With the header.
const BYTES = 24;

test("typed records are sent and arrive in order", () => {
  using ring = open();
  ring.write(order(1, "first"));
  ring.write(order(2, "second"));
  expect(drain()).toBe(2);
  expect(variable("sum")).toBe(3n);
  expect(variable("last_name")).toBe("second");
});

test("a value that does not fit is refused, and nothing is sent", () => {
  using ring = open();
  expect(() => ring.write(order(1, "much too long"))).toThrow(EncodeError);
  expect(ring.free).toBe(4096);
  expect(drain()).toBe(0);
});

test("a full ring throws, and has space again after the kernel consumed a record", () => {
  using ring = open();
  let sent = 0;
  expect(() => {
    for (;;) {
      ring.write(order(1));
      sent++;
    }
  }).toThrow(RingFullError);
  expect(sent).toBe(Math.floor(4096 / BYTES));
  expect(drain()).toBe(sent);
  ring.write(order(1));
  expect(drain()).toBe(1);
});

test("wrap-around: many rounds of the ring", () => {
  using ring = open();
  let sum = 0n;
  for (let i = 1; i <= 5000; i++) {
    ring.write(order(i));
    sum += BigInt(i);
    if (i % 100 === 0) drain();
  }
  drain();
  expect(variable("taken")).toBe(5000n);
  expect(variable("sum")).toBe(sum);
});

test("waiters for space are served in order", async () => {
  using ring = open();
  while (ring.free >= BYTES) ring.write(order(0));
  const done: number[] = [];
  const waiting = [1, 2, 3].map((n) => ring.send(order(n)).then(() => done.push(n)));
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done).toEqual([]);
  drain();
  await Promise.all(waiting);
  expect(done).toEqual([1, 2, 3]);
  drain();
  expect(variable("sum")).toBe(6n);
});

test("a signal or close ends the wait for space, and nothing is sent", async () => {
  const ring = open();
  while (ring.free >= BYTES) ring.write(order(0));
  const stop = new AbortController();
  const aborted = ring.send(order(1), { signal: stop.signal });
  const closed = ring.reserveWhenFree();
  const both = Promise.allSettled([aborted, closed]);
  const reason = new Error("enough");
  stop.abort(reason);
  ring.close();
  expect(await both).toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason: expect.any(ClosedError) },
  ]);
  drain();
  expect(variable("sum")).toBe(0n);
});

test("busy bit: the kernel waits for a reserved slot until it is submitted", () => {
  using ring = open();
  const slot = ring.reserve();
  ring.write(order(10));
  drain();
  expect(variable("taken")).toBe(0n);
  slot.write(order(1, "slot")).submit();
  expect(() => slot.submit()).toThrow(InvalidArgumentError);
  slot.discard();
  expect(drain()).toBe(2);
  expect(variable("sum")).toBe(11n);
});

test("discard bit: the kernel skips a discarded slot", () => {
  using ring = open();
  {
    using slot = ring.reserve();
    slot.write(order(5));
  }
  ring.write(order(1));
  drain();
  expect(variable("taken")).toBe(1n);
  expect(variable("sum")).toBe(1n);
});

test("close discards reserved slots, and the next writer continues", () => {
  const ring = open();
  const slot = ring.reserve();
  ring.close();
  expect(() => slot.submit()).toThrow(ClosedError);
  slot.discard();
  expect(() => ring.write(order(1))).toThrow(ClosedError);
  using next = open();
  next.write(order(7));
  drain();
  expect(variable("sum")).toBe(7n);
});

test("a slot whose memory was transferred is refused, and can be discarded", () => {
  using ring = open();
  const slot = ring.reserve();
  structuredClone(slot.bytes.buffer, { transfer: [slot.bytes.buffer as ArrayBuffer] });
  expect(() => slot.submit()).toThrow(/expected \d+ bytes, received 0/);
  slot.discard();
  ring.write(order(3));
  drain();
  expect(variable("sum")).toBe(3n);
});

test("records without a type are bytes of any size", () => {
  using ring = open();
  const slot = ring.reserve(100);
  slot.bytes[0] = 9;
  slot.submit();
  drain();
  expect(variable("sum")).toBe(9n);
  expect(() => ring.reserve(5000)).toThrow(InvalidArgumentError);
  expect(() => ring.reserve(0)).toThrow(InvalidArgumentError);
});
