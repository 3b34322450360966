import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ObjectReport } from "../../../doctor/index.ts";
import { NotSupportedError } from "../../../errors/index.ts";
import { packageRoot } from "../../../files/package-root.ts";

/** The results for the objects on one kernel. */
export interface KernelReport {
  /** The requested version: `5.10`. */
  readonly kernel: string;
  /** In the order of the objects. Empty if the kernel returned no results. */
  readonly objects: readonly ObjectReport[];
  /** The reason why the kernel returned no results. */
  readonly problem: string | undefined;
  readonly seconds: number;
}

export interface KernelOptions {
  /** Seconds, boot included. */
  readonly timeout: number;
  /** Called with each line that the VM prints while it fetches and boots. */
  progress(line: string): void;
  /** Called with the process of the VM, so that it can be ended. */
  started(vm: ChildProcess): void;
}

/** Boots a kernel, and examines objects on it. */
export async function runKernel(
  kernel: string,
  objects: readonly string[],
  { timeout, progress, started }: KernelOptions,
): Promise<KernelReport> {
  const start = Date.now();
  const guest = [process.execPath, process.argv[1] as string, "doctor", "--attach", "--json", ...objects];
  const args = ["--kernel", kernel, "--no-install", "--timeout", `${timeout}`, "--", ...guest];
  const vm = spawn(vmScript(), args, { stdio: ["ignore", "pipe", "pipe"] });
  started(vm);
  let [output, said] = ["", ""];
  vm.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  vm.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const line = text.trimEnd().split("\n").at(-1);
    if (line !== undefined && line !== "") progress(line.replace(/^vm: /, ""));
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    vm.on("error", reject);
    vm.on("close", resolve);
  });
  const reports = reportsIn(output);
  const seconds = Math.round((Date.now() - start) / 1000);
  const problem = reports === undefined ? (lastWords(said) ?? `ended with status ${status}`) : undefined;
  return { kernel, objects: reports ?? [], problem, seconds };
}

function vmScript(): string {
  const script = join(packageRoot() ?? "", "dist/cli/vm/run");
  if (process.platform === "linux" && existsSync(script)) return script;
  throw new NotSupportedError("cannot boot kernels", {
    operation: "check",
    remedy: "ebpf check needs Linux and the package as npm installs it, not a bundle",
  });
}

function reportsIn(output: string): readonly ObjectReport[] | undefined {
  const line = output.split("\n").findLast((one) => one.startsWith("{"));
  try {
    return line === undefined ? undefined : (JSON.parse(line) as { objects: ObjectReport[] }).objects;
  } catch {
    return undefined;
  }
}

function lastWords(said: string): string | undefined {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const own =
    lines.find((line) => line.startsWith("vm: ") && !line.startsWith("vm: fetching")) ?? lines.at(-1);
  return own?.replace(/^(vm|ebpf): /, "");
}
