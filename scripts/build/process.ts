import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";

export interface RunOptions {
  /** Default: the checkout. */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keep the output in .build/NAME.log. */
  readonly log?: string;
}

/** Runs a command silently and returns its output, stdout and stderr together; throws with it on failure. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (options.log) {
    const file = path.join(root, ".build", `${options.log}.log`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, output);
  }
  if (status !== 0) {
    const tail = output.trimEnd().split("\n").slice(-60).join("\n");
    const where = options.log ? `, the whole output is in .build/${options.log}.log` : "";
    throw new Error(`${[command, ...args].join(" ")}: ended with ${status}${where}\n${tail}`);
  }
  return output;
}

/** Path of a command that npm installed. */
export function tool(name: string): string {
  return path.join(root, "node_modules", ".bin", name);
}
