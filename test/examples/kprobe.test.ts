import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { native } from "../../lib/native/addon.ts";
import { requiresKprobes } from "../support/link.ts";
import { kernelHas, requires } from "../support/requires.ts";

const program = join(import.meta.dirname, "../../.build/examples/kprobe/kprobe.js");

test("program starts are reported, and starts of the given programs are marked", {
  timeout: 120_000,
}, async (context) => {
  requiresKprobes(context);
  expect(native().libbpfVersion()).toMatch(/^v1/);
  const child = spawn(process.execPath, [program, "sh"], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(child.stdout);
  const seen: string[] = [];
  lines.on("line", (line) => {
    seen.push(line);
    if (line.startsWith("Watching")) execFileSync("sh", ["-c", "true; /bin/true; /bin/true"]);
    // A second signal would end it the hard way.
    if (line.endsWith("SUSPICIOUS") && !child.killed) child.kill("SIGINT");
  });
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(seen.find((line) => line.endsWith("SUSPICIOUS"))).toMatch(/^\d+\.\d{6} +\d+ {2}sh {2}SUSPICIOUS$/);
});

test("a kernel without kprobes is reported", { timeout: 60_000 }, async (context) => {
  requires(context, !kernelHas("CONFIG_KPROBE_EVENTS"), "no kprobes: this kernel has them", "kernel");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  expect(await once(child, "close")).toEqual([1, null]);
  expect(text).toMatch(/NotSupportedError.*CONFIG_KPROBE_EVENTS/);
});
