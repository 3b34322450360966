import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestContext } from "vitest";

const run = promisify(execFile);

/** How the test runs a program of a page, if it does not end by itself. */
export interface Run {
  readonly args?: readonly string[];
  /** Skips the test on a machine that cannot run the program. */
  readonly needs?: (context: TestContext) => void;
  /** Makes the event of which the program prints. */
  readonly cause: (pid: number) => unknown;
}

const startProgram = () => run("true");

/** By page and file. */
export const runs: Readonly<Record<string, Run>> = {
  "README.md main.ts": { cause: startProgram },
};
