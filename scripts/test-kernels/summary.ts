import { native } from "./machine.ts";
import type { Report } from "./run.ts";

/** One line for a kernel: `6.1.0-40-amd64: 120 passed, 0 failed, 7 skipped in 80 s`. */
export function line({ kernel, release, results, seconds }: Report): string {
  const count = (status: string) => results.filter((result) => result.status === status).length;
  const name = release === undefined ? kernel : `${kernel} (${release})`;
  return `${name}: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped in ${seconds} s`;
}

/** What is wrong in the reports; `whole` when they are those of every kernel and every test. */
export function problems(reports: readonly Report[], whole: boolean): string[] {
  const found: string[] = [];
  for (const { kernel, results, problem } of reports) {
    if (problem !== undefined) found.push(`${kernel}: ${problem}`);
    if (problem === undefined && results.length === 0) found.push(`${kernel}: no test ran`);
    for (const { id, status, reason, ground } of results) {
      if (status === "failed") found.push(`${kernel}: ${id}: ${reason}`);
      if (status === "skipped" && !isGround(kernel, ground))
        found.push(`${kernel}: ${id}: may not be skipped there (${reason ?? "no reason given"})`);
    }
  }
  return whole ? [...found, ...neverRun(reports)] : found;
}

/** Our own kernels refuse nothing that they have: only the machine at hand may. */
function isGround(kernel: string, ground: string | undefined): boolean {
  return ground === "kernel" || ground === "hardware" || (ground === "machine" && kernel === native);
}

/**
 * Tests that were skipped on every kernel: what they hold true is held by nothing. What the hardware has not, no kernel
 * can bring.
 */
function neverRun(reports: readonly Report[]): string[] {
  const ran = new Set<string>();
  const skipped = new Map<string, string[]>();
  for (const { kernel, results } of reports) {
    for (const { id, status, reason, ground } of results) {
      if (status !== "skipped" || ground === "hardware") ran.add(id);
      else skipped.set(id, [...(skipped.get(id) ?? []), `${kernel}: ${reason ?? "no reason given"}`]);
    }
  }
  return [...skipped]
    .filter(([id]) => !ran.has(id))
    .map(([id, reasons]) => `${id}: skipped on every kernel (${reasons.join("; ")})`);
}
