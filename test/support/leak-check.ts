import { setTimeout } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { heldByProcesses, type KernelObjects, kernelObjects } from "./kernel-objects.ts";
import { addReporter, RunReporter } from "./run-report.ts";

/**
 * How long the kernel may take to free what nothing holds any more, in milliseconds: it does so from work queues and
 * after grace periods, and frees a network namespace after those that ended before it.
 */
const freedLate = 30_000;

/**
 * Fails the run when it leaves programs, maps or links in the kernel that were not there before.
 *
 * Objects of other processes do not count: all processes that ran tests have ended before this check.
 */
export default function setup(project: TestProject): (() => Promise<void>) | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const before = kernelObjects();
  const reporter = new RunReporter(project.vitest, before.keys());
  addReporter(project, reporter);
  return async () => {
    let left = leftOver(before);
    for (const end = Date.now() + freedLate; left.size > 0 && Date.now() < end; left = leftOver(before))
      await setTimeout(200);
    const lines = await reporter.left(left);
    if (lines.length === 0) return;
    // Vitest only logs what a teardown throws.
    process.exitCode = 1;
    throw new Error(`the tests have left in the kernel:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  };
}

function leftOver(before: KernelObjects): KernelObjects {
  const now = new Map([...kernelObjects()].filter(([key]) => !before.has(key)));
  const held = heldByProcesses();
  // A link that is held keeps its program, and a program its maps: without knowing which, what others may hold so is
  // forgiven as long as they hold something new.
  return [...now.keys()].some((key) => held.has(key)) ? new Map() : now;
}
