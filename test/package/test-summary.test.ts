// kernels: native
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BpfMap } from "../../lib/index.ts";
import { holdersOf } from "../support/holders.ts";

const root = join(import.meta.dirname, "../..");

test("errors outside of the tests are named with their files, which are to run again", () => {
  mkdirSync(join(root, ".build"), { recursive: true });
  const folder = mkdtempSync(join(root, ".build/test-summary-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    "rejects.test.js",
    'import { afterAll, test } from "vitest"; test("passes", () => {});' +
      'afterAll(() => { Promise.reject(new Error("nobody handles this")); });',
  );
  write(
    "ends.test.js",
    'import { test } from "vitest"; test("ends", () => new Promise(() => process.kill(process.pid, "SIGKILL")));',
  );
  const config = {
    include: ["*.test.js"],
    fileParallelism: false,
    globalSetup: [join(root, "test/support/leak-check.ts")],
  };
  write("vitest.config.js", `export default { test: ${JSON.stringify(config)} };`);
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "run", "--reporter=json", `--outputFile.json=${report}`], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(1);

  const summary = (...options: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/test-summary.cjs"), ...options, report], {
      encoding: "utf8",
    });
  const { stdout, stderr } = summary();
  expect(stdout).toMatch(/^1 passed, 0 failed/);
  expect(stderr).toContain(
    "outside of the tests: Unhandled Rejection (rejects.test.js): Error: nobody handles this",
  );
  expect(stderr).toMatch(
    /outside of the tests: Unhandled Error \(ends\.test\.js\).*Worker exited unexpectedly/s,
  );
  expect(summary("--suspects").stdout.trim().split("\n").sort()).toEqual(["ends.test.js", "rejects.test.js"]);
});

test("what holds an object is named: a process, a pin", () => {
  const path = `/sys/fs/bpf/test_summary_${process.pid}`;
  const map = BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 });
  const key = `map ${map.id}`;
  map.pin(path);
  expect(holdersOf([key]).get(key)).toEqual([
    expect.stringMatching(`^process ${process.pid} `),
    `pin ${path}`,
  ]);
  map.close();
  expect(holdersOf([key]).get(key)).toEqual([`pin ${path}`]);
  rmSync(path);
  expect(holdersOf([key]).get(key)).toEqual([]);
});
