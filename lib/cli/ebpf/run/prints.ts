import type { CollectionSpec } from "../../../index.ts";
import { readTracefs } from "../../../kernel/tracefs.ts";
import { type PrintedLine, TracePipe } from "../trace-pipe.ts";
import { printedLines } from "./printed-lines.ts";
import type { View } from "./view.ts";

/** The lines of bpf_printk that the programs of one object write. Made before they are attached. */
export class Prints implements Disposable {
  readonly #pipe: TracePipe | undefined;
  readonly #problem: string | undefined;
  #take: (line: PrintedLine) => unknown = () => undefined;

  /** @param spec - The object; the trace pipe is not touched if none of its programs writes lines. */
  constructor(spec: CollectionSpec) {
    if (printedLines(spec) === undefined) return;
    const isOff = readTracefs("tracing_on")?.trim() === "0";
    this.#problem = isOff ? "tracing is off (/sys/kernel/tracing/tracing_on is 0)" : undefined;
    try {
      this.#pipe = new TracePipe((line) => this.#take(line));
      // What is there already is from others.
      this.#pipe.discard();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#problem = code === "EBUSY" ? "another process reads trace_pipe" : message;
    }
  }

  /** Shows lines from now on. */
  show(spec: CollectionSpec, view: View): void {
    const isOurs = printedLines(spec) ?? (() => false);
    this.#take = (line) => (isOurs(line.text) ? view.print(line) : undefined);
    if (this.#problem !== undefined) view.note(`lines of bpf_printk are not shown: ${this.#problem}`);
  }

  async read(): Promise<void> {
    await this.#pipe?.read();
  }

  [Symbol.dispose](): void {
    this.#pipe?.close();
  }
}
