import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Collection,
  CollectionSpec,
  type TraceLine,
  tracePipe,
  untilInterrupted,
} from "../../lib/index.ts";
import { readTracefs } from "../../lib/kernel/tracefs.ts";
import { parseLine } from "../../lib/trace/trace-line.ts";
import { testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

let coll: Collection | undefined;
beforeAll(() => {
  coll = CollectionSpec.fromFile(testObject("trace_print")).loadSync();
});
afterAll(() => coll?.close());

function print(number: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  coll?.program("print").testRunSync({ context: bytes });
}

/** The lines of this test: programs of others may print too. */
async function ours(count: number, between: (seen: TraceLine[]) => void): Promise<TraceLine[]> {
  const seen: TraceLine[] = [];
  for await (const line of tracePipe({ signal: untilInterrupted({ timeout: 5000 }) })) {
    if (!line.text.startsWith("trace-print")) continue;
    seen.push(line);
    between(seen);
    if (seen.length === count) break;
  }
  return seen;
}

test("bpf_printk is a stream of lines, before the loop and while it waits", async (context) => {
  requiresLinux(context, "5.14", "syscall programs");
  requires(context, readTracefs("tracing_on")?.trim() === "1", "tracing is switched on", "machine");
  print(1);
  const lines = await ours(3, (seen) => {
    if (seen.length < 3) setTimeout(() => print(seen.length + 1), 60);
  });
  expect(lines.map(({ text }) => text)).toEqual(["trace-print 1", "trace-print 2", "trace-print 3"]);
  const [first] = lines;
  expect(first?.task).not.toBe("");
  expect(first).toMatchObject({ pid: expect.any(Number), cpu: expect.any(Number), time: expect.any(Number) });
  expect((lines[2]?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThan(0.1);
});

test("a signal ends the wait: silently for an interruption, otherwise with its reason", async () => {
  const begin = performance.now();
  for await (const { text } of tracePipe({ signal: untilInterrupted({ timeout: 30 }) }))
    expect(text).not.toContain("trace-print");
  const signal = AbortSignal.timeout(10);
  const rest = async () => {
    for await (const { text } of tracePipe({ signal })) expect(text).not.toContain("trace-print");
  };
  await expect(rest()).rejects.toMatchObject({ name: "TimeoutError" });
  expect(performance.now() - begin).toBeLessThan(2000);
});

test("lines in the formats of all kernels are parsed, and lines of other tracers are skipped", () => {
  const line = { task: "my prog-x", pid: 12, cpu: 3, time: 12.5, text: "a: b" };
  expect(parseLine("   my prog-x-12      [003] d..31    12.500000: bpf_trace_printk: a: b")).toEqual(line);
  expect(
    parseLine("   my prog-x-12      (     12) [003] d..31    12.500000: bpf_trace_printk: a: b"),
  ).toEqual(line);
  expect(parseLine("   my prog-x-12      [003]    12.500000: bpf_trace_printk: a: b")).toEqual(line);
  expect(parseLine("   cat-1  [000] .....  1.000000: sys_openat(dfd: ffffff9c)")).toBeUndefined();
});
