import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { requiresLinux } from "../support/requires.ts";
import { scriptArguments } from "../support/script.ts";

test("objects load on the main thread while a profiler interrupts it", { timeout: 120_000 }, (context) => {
  requiresLinux(context, "6.4", "bpf_for of the object");
  const folder = mkdtempSync(path.join(tmpdir(), "ebpf-profile-"));
  // Without a block of SIGPROF, the verifier gives up at nearly every load.
  const profiler = ["--cpu-prof", "--cpu-prof-interval", "100", "--cpu-prof-dir", folder];
  const script = scriptArguments(path.join(import.meta.dirname, "children/load-often.ts"));
  const { stdout, stderr } = spawnSync(process.execPath, [...profiler, ...script], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(stdout, stderr).toBe("loaded\n");
});
