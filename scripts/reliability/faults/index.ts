// Makes things go wrong around the library: system calls that fail one after the other, processes killed and workers
// terminated in the middle of their work, what programs are attached to removed under them, workers that share maps and
// rings, two processes on one pin, and too little memory.
//   npm run test:faults -- [--minutes N] [--seed N]
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { kernelObjects } from "../../../test/support/kernel-objects.ts";
import { Random } from "../../../test/support/random.ts";
import { scriptWorker } from "../../../test/support/script.ts";
import { badEnd, runChild } from "../child.ts";
import { deadline, folder, Report, settings } from "../command.ts";
import { leftInKernel, othersHold } from "../left-in-kernel.ts";

const { minutes, seed } = settings(1.5);
const report = new Report("faults");
const random = new Random(seed);
const file = (name: string) => path.join(import.meta.dirname, name);
const kinds = ["load", "load-on-pool", "attach", "ring", "iterate", "batch"];
// A failed close can leave a filter on an interface, which is removed with the namespace.
const ownNetwork = ["unshare", "--net"];
const before = kernelObjects();

await failingCalls();
await scenes("gone-targets", 60, ownNetwork);
await scenes("concurrency", 300, [...ownNetwork, "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]);
await scenes("scarcity", 120, []);
await scenes("two-processes", 120, []);
await killed();
await terminated();
await nothingLeft();
report.end();

async function failingCalls(): Promise<void> {
  const helper = path.join(folder, "failing-calls");
  mkdirSync(folder, { recursive: true });
  execFileSync("gcc", ["-O1", "-Wall", "-Werror", "-o", helper, file("failing-calls.c")]);
  const ended = await runChild(file("failing-calls.ts"), [`${minutes * 40}`], {
    before: [...ownNetwork, helper],
  });
  const last = ended.lines.at(-1);
  const end = badEnd(ended);
  if (end !== undefined || last?.end !== true) {
    report.fault(`failing system calls, after ${JSON.stringify(last)}: ${end ?? "no end"}`);
    return;
  }
  for (const fault of last.faults) report.fault(fault);
  const { failed, survived } = last.counts;
  report.figure(
    "system calls that failed",
    `${failed} told with their errno, ${survived} that the operation survived`,
  );
  report.figure("system calls of each operation", JSON.stringify(last.calls));
  report.figure("every call failed in turn", last.done);
}

/** Runs a file whose lines say what it did, and how each ended. */
async function scenes(name: string, patience: number, before: readonly string[]): Promise<void> {
  const ended = await runChild(file(`${name}.ts`), [], { before, patience });
  const end = badEnd(ended);
  if (end !== undefined) report.fault(`${name}: ${end}`);
  for (const { what, outcome, fault } of ended.lines) {
    if (fault) report.fault(`${what}: ${fault}`);
    else report.figure(what, outcome);
  }
}

/** kill -9, and stopping and continuing, at random moments. */
async function killed(): Promise<void> {
  const isOver = deadline(minutes / 6);
  let rounds = 0;
  for (; !isOver(); rounds++) {
    const kind = random.pick(kinds);
    const child = spawn(process.execPath, ["--import", "tsx", file("victim.ts"), kind], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await setTimeout(random.below(60));
    if (random.below(3) === 0) {
      child.kill("SIGSTOP");
      await setTimeout(20);
      child.kill("SIGCONT");
      await setTimeout(random.below(30));
    }
    const closed = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once("close", (_, signal) => resolve(signal)),
    );
    child.kill("SIGKILL");
    if ((await closed) !== "SIGKILL") report.fault(`a process that did "${kind}" ended before it was killed`);
  }
  report.figure("processes killed", rounds);
}

async function terminated(): Promise<void> {
  const isOver = deadline(minutes / 6);
  let rounds = 0;
  for (; !isOver(); rounds++) {
    const kind = random.pick(kinds);
    const worker = scriptWorker(file("victim.ts"), { workerData: kind });
    const failed = new Promise((resolve) => worker.once("error", resolve));
    const error = await Promise.race([
      failed,
      new Promise((resolve) => worker.once("message", () => resolve(undefined))),
    ]);
    if (error !== undefined) report.fault(`a worker that does "${kind}" failed: ${error}`);
    await setTimeout(random.below(60));
    await worker.terminate();
  }
  report.figure("workers terminated", rounds);
}

async function nothingLeft(): Promise<void> {
  const left = await leftInKernel(before);
  if (left.length > 0 && !othersHold()) report.fault(`left in the kernel: ${left.join(", ")}`);
  report.figure("left in the kernel", left.length);
}
