import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { hashFiles, sha256 } from "./files.ts";

/** One part of the build. It runs when something that goes into it changed since it last ended well. */
export interface Step {
  readonly name: string;
  /** Steps whose results go into this one. */
  readonly needs: readonly Step[];
  /** Files that go into it, relative to the checkout. */
  inputs(): readonly string[];
  /** What else goes into it: a compiler's version, the processor. */
  identity?(): string;
  /** What must be there for the step to count as done. */
  outputs(): readonly string[];
  run(): Promise<void>;
}

const stamps = path.join(root, ".build", "stamps");

/** Runs what is out of date among the wanted steps and what they need, needs first. */
export async function bring(wanted: readonly Step[]): Promise<void> {
  for (const step of inOrder(wanted)) {
    const key = keyOf(step);
    if (isDone(step, key)) continue;
    const begin = performance.now();
    console.log(`build: ${step.name} ...`);
    const stamp = path.join(stamps, step.name);
    rmSync(stamp, { force: true });
    await step.run();
    const missing = step.outputs().filter((file) => !existsSync(path.join(root, file)));
    if (missing.length > 0) throw new Error(`step ${step.name} ended without making ${missing.join(", ")}`);
    mkdirSync(stamps, { recursive: true });
    writeFileSync(stamp, key);
    console.log(`build: ${step.name} ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  }
}

/** Names of the steps that would run. */
export function outOfDate(wanted: readonly Step[]): string[] {
  return inOrder(wanted)
    .filter((step) => !isDone(step, keyOf(step)))
    .map((step) => step.name);
}

function isDone(step: Step, key: string): boolean {
  const stamp = path.join(stamps, step.name);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== key) return false;
  return step.outputs().every((file) => existsSync(path.join(root, file)));
}

function keyOf(step: Step): string {
  const hash = sha256().update(step.name);
  // A need is part of the key by what went into it, so a change anywhere below is seen here.
  for (const need of step.needs) hash.update(keyOf(need));
  return hashFiles(hash.update(step.identity?.() ?? ""), step.inputs()).digest("hex");
}

function inOrder(wanted: readonly Step[]): Step[] {
  const ordered = new Set<Step>();
  const visit = (step: Step): void => {
    for (const need of step.needs) visit(need);
    ordered.add(step);
  };
  for (const step of wanted) visit(step);
  return [...ordered];
}
