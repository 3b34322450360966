import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KernelTime, ktime, RingBuf, untilInterrupted, wallTime } from "../../lib/index.ts";
import { Sender } from "../events/sender.ts";
import { loadAlone } from "../support/link.ts";
import { requiresLinux, requiresOwnMachine } from "../support/requires.ts";

const DAY = 86_400_000;
// Of an emulated machine.
const SLACK = 60_000;
let stepped = 0;

/** Steps CLOCK_REALTIME. */
function step(milliseconds: number): void {
  execFileSync("date", ["-s", `@${((Date.now() + milliseconds) / 1000).toFixed(3)}`], { stdio: "pipe" });
  stepped += milliseconds;
}

beforeEach((context) => {
  requiresOwnMachine(context, "stepping the clock");
});
afterEach(() => {
  if (stepped !== 0) step(-stepped);
});

for (const [direction, milliseconds] of [
  ["forwards", DAY],
  ["back", -DAY],
] as const) {
  test(`a wait for records lasts as long when the clock steps ${direction}`, async (context) => {
    requiresLinux(context, "5.17", "the sender of records, which loops");
    using sender = new Sender();
    using ring = new RingBuf(sender.map(), { type: "event" });
    const timeout = 2000;
    const begin = performance.now();
    const signal = untilInterrupted({ timeout });
    const loop = (async () => {
      let seen = 0;
      for await (const _ of ring.values({ signal })) seen++;
      return { seen, took: performance.now() - begin };
    })();
    step(milliseconds);
    sender.send(3);
    const { seen, took } = await loop;
    expect(seen).toBe(3);
    expect(took).toBeGreaterThan(timeout - 50);
    expect(took).toBeLessThan(timeout + SLACK);
  });

  test(`times of the kernel follow the clock when it steps ${direction}`, () => {
    const { program, ...loaded } = loadAlone("link_user", "on_perf_event");
    using _ = loaded.coll;
    const now = process.hrtime.bigint();
    const before = { wall: wallTime(now), kernel: new KernelTime(now), loaded: program.info().loadedAt };
    step(milliseconds);
    const moved = (from: Date, to: Date) => Math.abs(to.getTime() - from.getTime() - milliseconds);
    expect(moved(before.wall, wallTime(now))).toBeLessThan(5000);
    expect(moved(before.kernel, new KernelTime(now))).toBeLessThan(5000);
    expect(moved(before.loaded, program.info().loadedAt)).toBeLessThan(5000);
    // What was read before the step is stored as the kernel had it.
    const view = new DataView(new ArrayBuffer(8));
    ktime.write(view, 0, before.kernel);
    expect(view.getBigUint64(0, true)).toBe(now);
  });
}
