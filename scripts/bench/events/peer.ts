import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";

/** The readers run on one core, the sender on the other. */
export function onCore(core: number, program: string, args: readonly string[]): [string, string[]] {
  return availableParallelism() > core
    ? ["taskset", ["-c", String(core), program, ...args]]
    : [program, [...args]];
}

/** A program that replies to each line with a line. */
export class Peer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(program: string, args: readonly string[]) {
    this.#process = spawn(...onCore(0, program, args), { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface(this.#process.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  }

  async ask(question: string): Promise<string> {
    this.#process.stdin?.write(`${question}\n`);
    return this.answer();
  }

  async answer(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`${this.#process.spawnargs.join(" ")} has ended`);
    return value;
  }

  /** Ends the program, also one that waits for a record that was lost. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }
}
