// kernels: native
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kill } from "../../support/link.ts";
import { leftInKernel, RunningCommand } from "./command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebpf-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("--watch replaces the running programs when the source is saved, keeps maps, and continues after a compile error", async () => {
  const source = join(folder, "watched.bpf.c");
  copyFileSync(join(import.meta.dirname, "../../bpf/cli/run.bpf.c"), source);
  const text = readFileSync(source, "utf8");
  const only = ["--only", "run_on_kill", "--set", `only_pid=${process.pid}`];
  using run = new RunningCommand([
    "run",
    "--watch",
    "--json",
    "--maps",
    "--interval",
    "0.2",
    ...only,
    source,
  ]);
  await run.until(() => run.stdout.includes('"kind":"map"'));
  kill(2);
  await run.until(() => run.stdout.includes('"delta_us":1500'));
  writeFileSync(source, "int main( {");
  await run.until(() => run.stderr.includes("the old programs keep running"));
  kill(1);
  await run.until(() => run.stdout.includes('{"key":0,"value":3}'));
  writeFileSync(source, text.replace("seen->delta_us = 1500", "seen->delta_us = 2500"));
  await run.until(() => run.stderr.includes("were replaced"));
  kill(1);
  await run.until(() => run.stdout.includes('"delta_us":2500'));
  // The counter continues.
  await run.until(() => run.stdout.includes('{"key":0,"value":4}'));
  expect(await run.end("SIGTERM")).toBe(0);
  expect(await leftInKernel("run_on_kill", "run_by_signal")).toEqual([]);
}, 30_000);
