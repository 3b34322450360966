// kernels: native
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { kernelObjects } from "../support/kernel-objects.ts";
import { scriptArguments } from "../support/script.ts";

const children = join(import.meta.dirname, "children");

test("a link that a service stores with its manager over a UNIX socket outlives a restart", async () => {
  const service = [process.execPath, ...scriptArguments(join(children, "restarted.ts"))];
  const { stdout } = await promisify(execFile)("python3", [join(children, "manager.py"), ...service]);
  const [first, message, second] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(message).toEqual(["FDSTORE=1", "FDNAME=probe"]);
  expect(second).toEqual(first);
  expect(second.type).toBe("perf-event");
  // The manager became the second run, and has ended with it.
  await expect.poll(() => kernelObjects().has(`link ${second.id}`), { timeout: 10_000 }).toBe(false);
});
