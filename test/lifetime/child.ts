import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { scriptArguments } from "../support/script.ts";

export interface ChildOptions {
  /** For Node. */
  flags?: string[];
  /** What the command line begins with. */
  before?: string[];
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last line of its output, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test casts to the type that its child prints
  said: any;
  stderr: string;
}

/** Starts test/lifetime/children/NAME.ts in a process of its own. */
export function start(name: string, args: string[] = [], { flags = [], before = [] }: ChildOptions = {}) {
  const file = join(import.meta.dirname, "children", `${name}.ts`);
  const [program, ...rest] = [...before, process.execPath, ...flags, ...scriptArguments(file), ...args] as [
    string,
    ...string[],
  ];
  const child = spawn(program, rest, {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: join(import.meta.dirname, "../.."),
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  const firstLine = new Promise<string>((resolve, reject) => {
    output.on("line", (line) => {
      lines.push(line);
      resolve(line);
    });
    child.on("close", () => reject(new Error(`the child said nothing: ${stderr}`)));
  });
  firstLine.catch(() => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const last = lines.at(-1);
      resolve({ code, signal, stderr, said: last === undefined ? undefined : JSON.parse(last) });
    });
  });
  return { child: child as ChildProcess, firstLine, ended };
}
