import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";
import type { TestContext } from "vitest";

/**
 * The reason for a skipped test.
 *
 * - `kernel`: its version or configuration, as its own files tell: known before anything is tried.
 * - `hardware`: what the machine has.
 * - `machine`: anything else, the kernel's refusal among them. The run over all kernels takes that only of the machine
 *   that it runs on: one of its own kernels that refuses what it has is a failure.
 */
export type Ground = "kernel" | "hardware" | "machine";

declare module "vitest" {
  interface TaskMeta {
    /** Why the test did not run on this kernel. */
    skipped?: string;
    ground?: Ground;
  }
}

/**
 * Ends the test as skipped unless this machine has what it needs. The run over all kernels fails for a test that is
 * skipped on every one of them.
 *
 * @param reason - What is missing: `fentry: the kernel has no trampolines`.
 */
export function requires(
  context: TestContext,
  met: boolean,
  reason: string,
  ground: Ground = "machine",
): void {
  if (met) return;
  // The JSON report has no place for the note but this.
  context.task.meta.skipped = reason;
  context.task.meta.ground = ground;
  context.skip(reason);
}

/** Ends the test as skipped where a command is missing, as in the small root of the arm64 machine. */
export function requiresCommand(context: TestContext, name: string): void {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin"];
  const isThere = folders.some((folder) => existsSync(`${folder}/${name}`));
  requires(context, isThere, `${name} is not installed`, "hardware");
}

/** Ends the test as skipped unless the machine is a virtual one of the run over all kernels, whose CPUs and clock a test may change. */
export function requiresOwnMachine(context: TestContext, what: string): void {
  const isOwn = process.env["EBPF_OWN_MACHINE"] !== undefined;
  requires(context, isOwn, `${what}: the machine is not a virtual one made for tests`, "hardware");
}

/** `requires` for what came with a version of Linux: `requiresLinux(context, "5.18", "live frames")`. */
export function requiresLinux(context: TestContext, version: string, what: string): void {
  requires(context, linuxAtLeast(version), `${what}: needs Linux ${version}, this is ${release()}`, "kernel");
}

/** `requires` for what only kernels before a version do: to refuse what came with it. */
export function requiresOlder(context: TestContext, version: string, what: string): void {
  requires(context, !linuxAtLeast(version), `the refusal of ${what}: Linux ${version} has them`, "kernel");
}

/** `requires` for an option that the kernel is built with: `requiresConfig(context, "CONFIG_FPROBE", "kprobe.multi")`. */
export function requiresConfig(context: TestContext, option: string, what: string): void {
  requires(context, kernelHas(option), `${what}: the kernel is built without ${option}`, "kernel");
}

/** Whether the running kernel is of that version or newer. */
export function linuxAtLeast(version: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/, 2).map(Number);
  const [major = 0, minor = 0] = numbers(release());
  const [wantedMajor = 0, wantedMinor = 0] = numbers(version);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Whether the running kernel is built with an option, as a module or not. */
export function kernelHas(option: string): boolean {
  return new RegExp(`^${option}=[ym]$`, "m").test(kernelConfiguration());
}

let configuration: string | undefined;

function kernelConfiguration(): string {
  configuration ??= existsSync("/proc/config.gz")
    ? gunzipSync(readFileSync("/proc/config.gz")).toString()
    : readFileSync(`/boot/config-${release()}`, "utf8");
  return configuration;
}
