import { execFile } from "node:child_process";
import { lookup } from "node:dns/promises";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { cgroup2 } from "../../support/cgroup2.ts";
import { sendDatagram } from "../../support/traffic.ts";

const run = promisify(execFile);

/** How the test runs a program of a page that does not end by itself. */
export interface Run {
  /** Skips the test on a machine that cannot run the program. */
  readonly needs?: (context: TestContext) => void;
  /** Makes what the program is run on, for example a cgroup. */
  readonly place?: () => Disposable & { readonly path: string };
  readonly args?: (place: string) => readonly string[];
  /** Makes the event that the program reports. */
  readonly cause: (place: string) => unknown;
}

const startProgram = () => run("true");

function ownCgroup(): Disposable & { path: string } {
  const path = join(cgroup2(), `ebpf-docs-${process.pid}`);
  mkdirSync(path);
  return { path, [Symbol.dispose]: () => rmdirSync(path) };
}

/** Connects from inside the cgroup. That it is refused is what the program reports. */
async function connectIn(cgroup: string): Promise<void> {
  const script = 'echo $$ > "$0/cgroup.procs"; exec 3<> /dev/tcp/127.0.0.1/8080';
  await run("bash", ["-c", script, cgroup]).catch(() => undefined);
}

/** By page and file. */
export const runs: Readonly<Record<string, Run>> = {
  "README.md main.ts": { cause: startProgram },
  "docs/guides/first-program.md main.ts": { cause: startProgram },
  "docs/guides/c-side.md main.ts": { cause: startProgram },
  "docs/guides/jobs/process-starts.md main.ts": { cause: startProgram },
  "docs/guides/jobs/packets-by-source.md main.ts": { args: () => ["lo"], cause: sendDatagram },
  "docs/guides/jobs/syscall-latency.md main.ts": { cause: startProgram },
  "docs/guides/jobs/library-function.md main.ts": {
    args: () => [String(process.pid)],
    cause: () => lookup("localhost"),
  },
  "docs/guides/jobs/block-connect.md main.ts": {
    place: ownCgroup,
    args: (cgroup) => [cgroup, "8080"],
    cause: connectIn,
  },
};
