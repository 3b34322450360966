import { setTimeout } from "node:timers/promises";
import { heldByProcesses, kernelObjects } from "./kernel-objects.ts";

/**
 * Fails the run when it leaves programs, maps or links in the kernel that were not there before.
 *
 * Objects of other processes do not count: all processes that ran tests have ended before this check.
 */
export default function setup(): (() => Promise<void>) | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const before = kernelObjects();
  return async () => {
    let left: string[] = [];
    // The kernel frees programs and maps some time after the last user is gone.
    for (let i = 0; i < 50; i++) {
      left = leftOver(before);
      if (left.length === 0) return;
      await setTimeout(200);
    }
    // Vitest only logs what a teardown throws.
    process.exitCode = 1;
    throw new Error(`the tests have left in the kernel:\n${left.map((line) => `  ${line}`).join("\n")}`);
  };
}

function leftOver(before: ReadonlyMap<string, string>): string[] {
  const now = [...kernelObjects()].filter(([key]) => !before.has(key));
  if (now.length === 0) return [];
  const held = heldByProcesses();
  // A link that is held keeps its program, and a program its maps: without knowing which, what others may hold so is
  // forgiven as long as they hold something new.
  const others = now.some(([key]) => held.has(key));
  if (others) return [];
  return now.map(([key, name]) => `${key}: ${name}`);
}
