import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** Its lines of JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each command casts to the type that its child writes
  readonly lines: any[];
  /** It was killed, since it wrote nothing for too long. */
  readonly hung: boolean;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly onLine?: (line: any) => void;
  /** Seconds without a line after which the child is killed. Default 60. */
  readonly patience?: number;
  /** For Node. */
  readonly flags?: readonly string[];
  /** What the command line begins with. */
  readonly before?: readonly string[];
}

/** Runs a TypeScript file in a process of its own, which writes lines of JSON. */
export function runChild(file: string, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const { env = {}, onLine, patience = 60, flags = [], before = [] } = options;
  const [command = "", ...rest] = [...before, process.execPath, ...flags, "--import", "tsx", file, ...args];
  const child = spawn(command, rest, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: unknown[] = [];
  let stderr = "";
  let hung = false;
  const kill = () => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(kill, patience * 1000);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-20_000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(kill, patience * 1000);
    if (!line.startsWith("{")) return;
    const value: unknown = JSON.parse(line);
    lines.push(value);
    onLine?.(value);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr, lines, hung });
    });
  });
}

/** How a child ended, in words: undefined if well. */
export function badEnd({ code, signal, hung, stderr }: Ended): string | undefined {
  if (hung) return "it hung";
  if (signal !== null) return `it was ended by ${signal}`;
  if (code !== 0) return `it exited with ${code}: ${stderr.trim().split("\n").slice(-12).join("\n")}`;
  return undefined;
}
