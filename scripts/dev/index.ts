// The loop from edit to test: watches the checkout, builds what an edit made stale, and runs the tests nearest to it.
// A line typed runs the tests whose path contains it; an empty line runs the last tests again; Ctrl-C ends.
import { type FSWatcher, watch } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { BaseSequencer, createVitest, type TestSpecification } from "vitest/node";
import { bpf } from "../build/bpf.ts";
import { loaders } from "../build/examples.ts";
import { lib } from "../build/lib.ts";
import { native } from "../build/native.ts";
import { bring, type Step } from "../build/step.ts";
import { root } from "../root.ts";
import { nearestTests } from "./nearest-tests.ts";

/** An editor writes a file in several steps, and a branch is switched in many. */
const settle = 50;

/** The quickest file first, by its last run, so that an answer comes early. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const duration = ({ moduleId, project }: TestSpecification): number =>
      this.ctx.cache.getFileTestResults(`${project.name}:${path.relative(root, moduleId)}`)?.duration ?? 0;
    return files.toSorted((a, b) => duration(a) - duration(b));
  }
}

// Vitest stays loaded, and with it all modules that did not change: that is what makes the loop quick. Its own watching
// is off, since it would run everything that imports lib/index.ts.
const vitest = await createVitest("test", {
  watch: false,
  root,
  sequence: { sequencer: QuickestFirst },
  experimental: { fsModuleCache: true },
});
await vitest.standalone();

const edited = new Set<string>();
let wanted: string[] = [];
let timer: NodeJS.Timeout | undefined;
let running = Promise.resolve();

const watchers: FSWatcher[] = ["lib", "native", "test", "bpf-examples"].map((folder) =>
  watch(path.join(root, folder), { recursive: true }, (_, file) => {
    if (file === null || !/\.(ts|cc|c|h)$/.test(file) || /\.bpf\.ts$/.test(file)) return;
    edited.add(path.join(folder, file));
    clearTimeout(timer);
    timer = setTimeout(() => queue(test), settle);
  }),
);

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) =>
  queue(async () => {
    if (line.trim() !== "") {
      const found = await vitest.globTestSpecifications([line.trim()]);
      wanted = found.map(({ moduleId }) => path.relative(root, moduleId));
    }
    await run(wanted);
  }),
);
process.on("SIGINT", () => {
  lines.close();
  for (const watcher of watchers) watcher.close();
  queue(() => vitest.close());
});
console.log("dev: waiting for an edit; a line typed runs the tests whose path contains it, Ctrl-C ends");

/** One thing at a time: the tests share one kernel. */
function queue(job: () => Promise<void>): void {
  running = running.then(job).catch((error: Error) => console.error(`dev: ${error.message}`));
}

async function test(): Promise<void> {
  const files = [...edited];
  edited.clear();
  for (const file of files) vitest.invalidateFile(path.join(root, file));
  const tests = [...new Set(files.flatMap(nearestTests))];
  await bring([...new Set(files.flatMap((file) => staleAfter(file, tests)))]);
  if (tests.length === 0) {
    console.log(`dev: no test is near ${files.join(", ")}`);
    return;
  }
  wanted = tests;
  await run(tests);
}

/** What an edit makes stale that the tests use: the package as built is used by few. */
function staleAfter(file: string, tests: readonly string[]): Step[] {
  if (file.startsWith("native/")) return [native];
  if (file.endsWith(".c") || file.endsWith(".h")) return file.startsWith("test/") ? [bpf] : [bpf, loaders];
  const usesBuilt = tests.some((test) => /^test\/(cli|examples|package|codegen)\//.test(test));
  return file.startsWith("lib/") && usesBuilt ? [lib] : [];
}

async function run(tests: readonly string[]): Promise<void> {
  const begin = performance.now();
  const found = await vitest.globTestSpecifications(tests.map((test) => path.join(root, test)));
  await vitest.runTestSpecifications(found);
  console.log(`dev: ${found.length} test files, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}
