import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/** What a test expects of a program. */
export interface Expected {
  readonly args?: readonly string[];
  /** Prepends a command, such as one that enters a network namespace. */
  readonly under?: readonly string[];
  /** Runs again and again once the program has printed its first line, until a line matches. */
  cause(pid: number): unknown;
  readonly line: RegExp;
}

/**
 * Runs a JavaScript program until it has printed a line that matches, and ends it by Ctrl-C.
 *
 * @returns The match.
 * @throws When it ends by itself, or with another status than 0.
 */
export async function untilLine(
  script: string,
  { args = [], under = [], cause, line }: Expected,
): Promise<RegExpExecArray> {
  const [command = "", ...rest] = [...under, process.execPath, script, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  let found: RegExpExecArray | undefined;
  const lines = createInterface(child.stdout);
  lines.on("line", (text) => {
    found ??= line.exec(text) ?? undefined;
  });
  await Promise.race([once(lines, "line"), ended]);
  while (found === undefined && child.exitCode === null) {
    await cause(child.pid ?? 0);
    await setTimeout(150);
  }
  child.kill("SIGINT");
  const [code, signal] = await ended;
  if (code !== 0 || found === undefined) throw new Error(`${script} ended with ${code ?? signal}: ${errors}`);
  return found;
}
