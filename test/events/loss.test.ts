// kernels: native
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../lib/codegen/compile-c.ts";
import { type Target, targetOf } from "../../lib/codegen/targets.ts";
import { type Collection, CollectionSpec, type MapBase, type Program, RingBuf } from "../../lib/index.ts";

const source = join(import.meta.dirname, "../bpf/events/lost.c");
let object: Uint8Array;
let coll: Collection;

beforeAll(async () => {
  // As bpf2ts does it, which finds <ebpf/lost.bpf.h>.
  ({ object } = compile(source, { cc: undefined, target: targetOf("bpfel") as Target, cflags: [] }));
  coll = await CollectionSpec.fromBytes(object).load();
});
afterAll(() => coll.close());

const open = (options = {}) => new RingBuf(coll.maps["events"] as MapBase, options);

function send(program: "reserve" | "output", times: number): void {
  for (let i = 0; i < times; i++) (coll.programs[program] as Program<"syscall">).testRunSync();
}

test("lost records are counted without options", () => {
  using ring = open();
  expect(ring.statistics()).toMatchObject({ lost: 0n, wrapped: 0, highWater: 0 });
  // 4,096 bytes have room for 256 records of 16.
  send("reserve", 260);
  expect(ring.statistics().lost).toBe(260n - 255n);
  expect(ring.consume().length).toBe(255);
  send("output", 20);
  const kept = ring.consume().length;
  expect(kept).toBe(15);
  expect(ring.statistics()).toMatchObject({ lost: 10n, highWater: 255 * 16 });
  send("output", 15);
  ring.drain(() => {});
  expect(ring.statistics().wrapped).toBe(2);
});

test("a reader that outlives its collection reports no losses", async () => {
  const other = await CollectionSpec.fromBytes(object).load();
  using ring = new RingBuf(other.maps["events"] as MapBase);
  expect(ring.statistics().lost).toBe(0n);
  other.close();
  expect(ring.statistics().lost).toBeUndefined();
});

test("a ring above its high-water mark emits one warning", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  try {
    using ring = open({ warnAbove: 0.5 });
    send("output", 12);
    ring.consume(1);
    await sleep(1050);
    ring.consume(1);
    send("output", 2);
    ring.consume(1);
    await sleep(1);
    expect(warnings).toMatchObject([{ code: "EBPF_RING_FILLING" }]);
    expect(warnings[0]?.message).toMatch(
      /^ring buffer "events" is \d\d% full, and has been above 50% for a second/,
    );
    ring.consume();
  } finally {
    process.off("warning", note);
  }
});

test("a high-water mark is a fraction from 0 to 1", () => {
  expect(() => open({ warnAbove: 80 })).toThrow(/^warnAbove of RingBuf: expected .*from 0 to 1/);
});
