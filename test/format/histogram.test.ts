import { expect, test } from "vitest";
import { Histogram, InvalidArgumentError } from "../../lib/index.ts";

test("slots by powers of two hold the values that a program puts there", () => {
  // As in a BPF program: the slot of a value is the number of its highest bit.
  const counts = new Array<number>(20).fill(0);
  const values = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 9973);
  for (const value of values) {
    const slot = value === 0 ? 0 : 31 - Math.clz32(value);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  const histogram = Histogram.log2(counts);
  expect(histogram.total).toBe(1000);
  for (const { from, to, count } of histogram.slots)
    expect(values.filter((value) => value >= from && value <= to)).toHaveLength(count);
  // Half of the values are at or below the median, within the precision of a slot.
  const median = histogram.percentile(50) as number;
  const exact = values.sort((a, b) => a - b)[499] as number;
  expect(Math.floor(Math.log2(median))).toBe(Math.floor(Math.log2(exact)));
});

test("linear slots and 64-bit counts are read", () => {
  const histogram = Histogram.linear([1n, 0n, 3n], { from: -10, step: 5 });
  expect(histogram.slots).toEqual([
    { from: -10, to: -6, count: 1 },
    { from: -5, to: -1, count: 0 },
    { from: 0, to: 4, count: 3 },
  ]);
  expect(histogram.percentile(0)).toBe(-10);
  expect(histogram.percentile(25)).toBe(-6);
  expect(histogram.percentile(100)).toBe(4);
  expect(Histogram.linear([]).percentile(50)).toBeUndefined();
});

test("text shows the slots from the first to the last non-empty one, in lines of bounded length", () => {
  const histogram = Histogram.log2([0, 0, 1, 0, 400, 200, 0, 0]);
  expect(histogram.text({ unit: "microseconds", width: 60 })).toBe(
    [
      "microseconds  count",
      "      4 -  7      1  ▏",
      "      8 - 15      0",
      "     16 - 31    400  ███████████████████████████████████████",
      "     32 - 63    200  ███████████████████▌",
    ].join("\n"),
  );
  for (const line of Histogram.log2(new Array(64).fill(2 ** 40))
    .text()
    .split("\n"))
    expect(line.length).toBeLessThanOrEqual(80);
  expect(histogram.text({ ascii: true })).toMatch(/^[\n -~]+$/);
  expect(Histogram.log2([0, 0]).text()).toBe("nothing was counted");
});

test("invalid counts, options and percentages are refused", () => {
  for (const bad of [-1, 0.5, Number.NaN, -1n, "1"])
    expect(() => Histogram.log2([0, bad as number])).toThrow(InvalidArgumentError);
  expect(() => Histogram.log2([-1])).toThrow(
    "count of slot 0: expected an integer of 0 or more, received -1",
  );
  expect(() => Histogram.log2(new Array(65).fill(0))).toThrow(InvalidArgumentError);
  expect(() => Histogram.linear([], { step: 0 })).toThrow(InvalidArgumentError);
  expect(() => Histogram.linear([1]).percentile(101)).toThrow(InvalidArgumentError);
  expect(() => Histogram.linear([1]).text({ width: 10 })).toThrow(InvalidArgumentError);
});
