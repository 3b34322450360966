import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { native } from "../../lib/native/addon.ts";

const program = join(import.meta.dirname, "../../.build/examples/counter/counter.js");

/** The programs in the kernel that are called like the example's. */
function counters(): number[] {
  const ids: number[] = [];
  const addon = native();
  for (let id = addon.programNextId(0); id > 0; id = addon.programNextId(id)) {
    try {
      const handle = addon.programFromId(id);
      if (addon.programInfo(handle).name === "trace_execve") ids.push(id);
      addon.programClose(handle);
    } catch {
      // It went away between the two calls.
    }
  }
  return ids;
}

test("the example counts while processes start, and ends by itself", { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [program, "--seconds", "2"]);
  const counts: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("Counting")) for (let i = 0; i < 10; i++) execFileSync("true");
    const count = /^execve calls: (\d+)$/.exec(line)?.[1];
    if (count !== undefined) counts.push(Number(count));
  }
  expect(counts).toHaveLength(2);
  expect(counts[0]).toBeGreaterThanOrEqual(10);
  expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
});

test("Ctrl-C ends the example cleanly, and leaves nothing in the kernel", { timeout: 30_000 }, async () => {
  const before = new Set(counters());
  const child = spawn(process.execPath, [program]);
  const lines = createInterface(child.stdout);
  await once(lines, "line");
  const ours = counters().filter((id) => !before.has(id));
  expect(ours).toHaveLength(1);
  const exit = once(child, "exit");
  child.kill("SIGINT");
  expect(await exit).toEqual([0, null]);
  // The kernel frees a program a moment after its last owner is gone.
  await expect.poll(() => counters().filter((id) => ours.includes(id))).toEqual([]);
});

test("a wrong argument is refused", () => {
  expect(() => execFileSync(process.execPath, [program, "--seconds", "soon"], { stdio: "pipe" })).toThrow(
    /--seconds takes a number/,
  );
});
