import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const tools = join(import.meta.dirname, "../../.build/examples/tools");

/** The compiled program of a tool in bpf-examples/tools. */
export function toolProgram(name: string): string {
  return join(tools, name, `${name}.js`);
}

// biome-ignore lint/suspicious/noExplicitAny: what a tool prints as JSON.
export type Printed = any;

/** A tool that is at work, as its first line on stderr says. */
async function started(name: string, args: readonly string[], seen: (record: Printed) => void) {
  const child = spawn(process.execPath, [toolProgram(name), "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  createInterface(child.stdout).on("line", (line) => seen(JSON.parse(line)));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  await Promise.race([once(child.stderr, "data"), ended]);
  return {
    child,
    /** Ends it by Ctrl-C, which it must survive without an error. */
    async stop() {
      child.kill("SIGINT");
      const [code, signal] = await ended;
      if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}: ${errors}`);
    },
  };
}

/** Causes an event again and again until the tool has printed it. */
export async function printedBy(
  name: string,
  args: readonly string[],
  cause: () => unknown,
  isIt: (record: Printed) => boolean,
): Promise<Printed> {
  let found: Printed;
  const { child, stop } = await started(name, args, (record) => {
    if (found === undefined && isIt(record)) found = record;
  });
  while (found === undefined && child.exitCode === null) {
    await cause();
    await setTimeout(150);
  }
  await stop();
  return found;
}

/** Everything that a tool prints that ends by itself. */
export async function untilEnd(name: string, args: readonly string[]): Promise<Printed[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [toolProgram(name), "--json", ...args]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** Everything that a tool prints until Ctrl-C, while `work` is done some ten times within a second or so. */
export async function allPrintedBy(
  name: string,
  args: readonly string[],
  work: () => unknown,
): Promise<Printed[]> {
  const records: Printed[] = [];
  const { child, stop } = await started(name, args, (record) => records.push(record));
  for (let i = 0; i < 12 && child.exitCode === null; i++) {
    await work();
    await setTimeout(100);
  }
  await stop();
  return records;
}
