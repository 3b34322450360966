import { expect, test } from "vitest";
import { Map as BpfMap, InvalidArgumentError, PerfBuf, RingBuf } from "../../lib/index.ts";

test("a map without an object accepts a description as the type of its records", () => {
  using perf = BpfMap.create({ type: "perf-event-array" });
  using ring = BpfMap.create({ type: "ringbuf", maxEntries: 4096 });
  using samples = new PerfBuf(perf, { type: "u32" });
  using records = new RingBuf(ring, { type: "u8[6]" });
  expect(samples.drain(() => undefined)).toBe(0);
  expect(records.drain(() => undefined)).toBe(0);
  using other = BpfMap.create({ type: "ringbuf", maxEntries: 4096 });
  const unknown = () => new RingBuf(other, { type: "event" });
  expect(unknown).toThrow(InvalidArgumentError);
  expect(unknown).toThrow('cannot find type "event"');
});
