// Looks for faults of memory: runs tests and loads objects with the addon built with AddressSanitizer and UBSan.
//   npm run test:asan -- [--minutes N] [--objects FOLDER]
// From 10 minutes on it runs every test that needs the kernel, below that those that call most of the addon.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { builtObjects } from "../../../test/support/objects.ts";
import { root } from "../../root.ts";
import { badEnd, runChild } from "../child.ts";
import { Report, settings } from "../command.ts";
import { unseenCanaries } from "./canaries.ts";
import { clearReports, readReports, sanitized } from "./environment.ts";

const { minutes, objects } = settings(1);
const report = new Report("asan");

for (const canary of unseenCanaries())
  report.fault(`the sanitizers do not see a fault made on purpose: ${canary}`);
clearReports();
await loadObjects();
runTests();
const { ours, others } = readReports();
for (const text of ours.slice(0, 10)) report.fault(text);
report.figure("reports of the sanitizers", ours.length);
report.figure("leaks without a frame of the addon (Node, tools)", others);
report.end();

async function loadObjects(): Promise<void> {
  const given = objects === undefined ? [] : objectsBelow(objects);
  const waiting = [...builtObjects(), ...given];
  const outcomes: Record<string, number> = {};
  while (waiting.length > 0) {
    let current = "";
    const ended = await runChild(path.join(import.meta.dirname, "load-objects.ts"), waiting, {
      env: sanitized(),
      onLine({ file, begins, outcome }) {
        current = file;
        if (begins) waiting.splice(0, 1);
        else outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      },
    });
    const end = badEnd(ended);
    if (end !== undefined) report.fault(`loading ${current}: ${end}`);
    if (current === "") break;
  }
  for (const [outcome, count] of Object.entries(outcomes)) {
    report.figure(`objects: ${outcome}`, count);
    if (outcome.startsWith("untyped")) report.fault(outcome);
  }
}

function objectsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".o"))
    .map((file) => path.join(folder, file));
}

function runTests(): void {
  const few = [
    ...["native", "map/hash", "map/batch", "map/per-cpu", "events/ring-buf.test", "events/user-ring-buf"],
    ...["events/perf-buf", "link/link", "link/tc", "link/uprobe", "program/test-run", "program/create"],
    ...["collection/load", "collection/variables", "load/verifier.test"],
  ];
  const every = [
    ...["native", "map", "events", "link", "program", "collection", "load", "features", "spec/agreement"],
    ...["lifetime"],
  ];
  const files = (minutes >= 10 ? every : few).map((file) => `test/${file}`);
  const output = path.join(root, ".build", "reliability", "asan-tests.json");
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${output}`];
  const { status, signal } = spawnSync("npx", ["vitest", "run", ...reporters, ...files], {
    cwd: root,
    env: { ...process.env, ...sanitized() },
    stdio: ["ignore", "inherit", "inherit"],
  });
  report.figure("test files", files.join(" "));
  if (status !== 0) report.fault(`the tests ended with ${signal ?? status}`);
}
