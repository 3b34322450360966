import { expect, test } from "vitest";
import { InvalidArgumentError, wallTime } from "../../lib/index.ts";

test("a moment of the monotonic clock is a time of day", () => {
  const before = Date.now();
  const now = wallTime(process.hrtime.bigint()).getTime();
  expect(now).toBeGreaterThanOrEqual(before - 1);
  expect(now).toBeLessThanOrEqual(Date.now() + 1);
  const minuteAgo = wallTime(process.hrtime.bigint() - 60_000_000_000n).getTime();
  expect(Math.abs(now - minuteAgo - 60_000)).toBeLessThan(1000);
  expect(() => wallTime(-1)).toThrow(InvalidArgumentError);
});
