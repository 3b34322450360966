import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../.build/examples/no-compiler");

test("the counter counts while processes start, and ends by itself", { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [join(folder, "counter.js"), "--seconds", "1"]);
  let count = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("Counting")) for (let i = 0; i < 10; i++) execFileSync("true");
    count = Number(/^execve calls: (\d+)$/.exec(line)?.[1] ?? count);
  }
  expect(count).toBeGreaterThanOrEqual(10);
  expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
});
