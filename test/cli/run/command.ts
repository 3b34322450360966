import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelObjects } from "../../support/kernel-objects.ts";

const root = join(import.meta.dirname, "../../..");
export const ebpf = join(root, "dist/cli/ebpf.js");

/** Compiles test/bpf/cli/NAME.bpf.c with its DWARF, which has the types of records, into a folder that is removed. */
export function compiled(name: string): Disposable & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-test-"));
  const path = join(folder, `${name}.bpf.o`);
  execFileSync("clang-19", [
    ...["-target", "bpf", "-O2", "-g", "-I", join(root, "native/vendor/include")],
    ...[
      "-I",
      join(root, "native/bpf-include"),
      "-idirafter",
      `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`,
    ],
    ...["-c", join(root, `test/bpf/cli/${name}.bpf.c`), "-o", path],
  ]);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** A command that runs until it is stopped. */
export class RunningCommand implements Disposable {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<unknown>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [ebpf, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.#ended = once(this.child, "close");
    this.child.stdout?.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text) => (this.stderr += text));
  }

  /** Waits until a condition holds, at most ten seconds. */
  async until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !condition(); await sleep(20)) {
      if (Date.now() > end) throw new Error(`the command wrote:\n${this.stdout}\n${this.stderr}`);
    }
  }

  /** Sends a signal and waits for the end. Returns the exit status. */
  async end(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    this.child.kill(signal);
    await this.#ended;
    return this.child.exitCode;
  }

  /** A test that failed leaves no process. */
  [Symbol.dispose](): void {
    this.child.kill("SIGKILL");
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until the kernel has no programs of a name and no maps of another, at most five seconds. Returns those left. */
export async function leftInKernel(...names: string[]): Promise<string[]> {
  const present = () => [...kernelObjects()].filter(([, name]) => names.includes(name)).map(([key]) => key);
  for (const end = Date.now() + 5000; present().length > 0 && Date.now() < end; ) await sleep(50);
  return present();
}
