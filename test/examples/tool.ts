import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

const tools = join(import.meta.dirname, "../../.build/examples/tools");

/** The compiled program of a tool in bpf-examples/tools. */
export function toolProgram(name: string): string {
  return join(tools, name, `${name}.js`);
}

// biome-ignore lint/suspicious/noExplicitAny: what a tool prints as JSON.
export type Printed = any;

/**
 * Starts a tool with --json, and causes an event again and again until the tool has printed it: nothing says when the
 * tool is attached. Ends the tool by Ctrl-C, which it must survive without an error.
 */
export async function printedBy(
  name: string,
  args: readonly string[],
  cause: () => unknown,
  isIt: (record: Printed) => boolean,
): Promise<Printed> {
  const child = spawn(process.execPath, [toolProgram(name), "--json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let found: Printed;
  createInterface(child.stdout).on("line", (line) => {
    const record = JSON.parse(line);
    if (found === undefined && isIt(record)) found = record;
  });
  while (found === undefined && child.exitCode === null) {
    await cause();
    await setTimeout(150);
  }
  child.kill("SIGINT");
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}`);
  return found;
}

/** Everything that a tool prints with --json until it ends, which is caused by Ctrl-C after `work`. */
export async function allPrintedBy(
  name: string,
  args: readonly string[],
  work: () => unknown,
): Promise<Printed[]> {
  const child = spawn(process.execPath, [toolProgram(name), "--json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const records: Printed[] = [];
  createInterface(child.stdout).on("line", (line) => records.push(JSON.parse(line)));
  // Loading takes some tenths of a second.
  for (let i = 0; i < 15 && child.exitCode === null; i++) {
    await work();
    await setTimeout(100);
  }
  child.kill("SIGINT");
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}`);
  return records;
}
