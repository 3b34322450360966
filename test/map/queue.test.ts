import { describe, expect, test } from "vitest";
import {
  BloomFilter,
  Map as BpfMap,
  ClosedError,
  EncodeError,
  MapFullError,
  Queue,
  Stack,
} from "../../lib/index.ts";
import { requiresLinux } from "../support/requires.ts";

describe("queue", () => {
  test("returns values first in, first out", () => {
    using queue = BpfMap.create({ type: "queue", value: "u32", maxEntries: 3 });
    expect(queue).toBeInstanceOf(Queue);
    expect(queue.pop()).toBeUndefined();
    expect(queue.peek()).toBeUndefined();
    for (const value of [1, 2, 3]) queue.push(value);
    expect(queue.peek()).toBe(1);
    expect(queue.pop()).toBe(1);
    expect([...queue.drain()]).toEqual([2, 3]);
  });

  test("rejects values when full, or drops the oldest on request", () => {
    using queue = BpfMap.create({ type: "queue", value: "u32", maxEntries: 2 });
    queue.push(1);
    queue.push(2);
    expect(() => queue.push(3)).toThrow(MapFullError);
    queue.push(3, { overwrite: true });
    expect([...queue.drain()]).toEqual([2, 3]);
    expect(() => queue.push(-1)).toThrow(EncodeError);
  });
});

test("a stack returns values last in, first out", () => {
  using stack = BpfMap.create({ type: "stack", value: { id: "u32", name: "char[8]" }, maxEntries: 3 });
  expect(stack).toBeInstanceOf(Stack);
  stack.push({ id: 1, name: "one" });
  stack.push({ id: 2, name: "two" });
  expect(stack.peek()?.name).toBe("two");
  expect([...stack.drain()].map(({ id }) => id)).toEqual([2, 1]);
  stack.close();
  expect(() => stack.pop()).toThrow(ClosedError);
});

test("a bloom filter has no false negatives", (context) => {
  requiresLinux(context, "5.16", "bloom filters");
  using filter = BpfMap.create({ type: "bloom-filter", value: "u32", maxEntries: 1000, mapExtra: 5n });
  expect(filter).toBeInstanceOf(BloomFilter);
  expect(filter.has(1)).toBe(false);
  for (let i = 0; i < 100; i++) filter.push(i);
  for (let i = 0; i < 100; i++) expect(filter.has(i)).toBe(true);
  const wrong = Array.from({ length: 1000 }, (_, i) => filter.has(i + 10_000)).filter(Boolean).length;
  expect(wrong).toBeLessThan(100);
  expect(filter.info().mapExtra).toBe(5n);
});
