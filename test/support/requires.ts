import { release } from "node:os";
import type { TestContext } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** Why the test did not run on this kernel. */
    skipped?: string;
  }
}

/**
 * Ends the test as skipped unless this kernel has what it needs. The run over all kernels fails for a test that is
 * skipped on every one of them.
 *
 * @param reason - What is missing: `fentry: the kernel has no trampolines`.
 */
export function requires(context: TestContext, met: boolean, reason: string): void {
  if (met) return;
  // The JSON report has no place for the note but this.
  context.task.meta.skipped = reason;
  context.skip(reason);
}

/** `requires` for what came with a version of Linux: `requiresLinux(context, "5.18", "live frames")`. */
export function requiresLinux(context: TestContext, version: string, what: string): void {
  requires(context, linuxAtLeast(version), `${what}: needs Linux ${version}, this is ${release()}`);
}

/** Whether the running kernel is of that version or newer. */
export function linuxAtLeast(version: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/, 2).map(Number);
  const [major = 0, minor = 0] = numbers(release());
  const [wantedMajor = 0, wantedMinor = 0] = numbers(version);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
