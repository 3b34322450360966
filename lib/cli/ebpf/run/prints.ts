import type { CollectionSpec, TraceLine } from "../../../index.ts";
import { isTracingOn } from "../../../trace/trace-pipe.ts";
import { TraceFeed } from "../trace-feed.ts";
import { printedLines } from "./printed-lines.ts";
import type { View } from "./view.ts";

/** The lines of bpf_printk that the programs of one object write. Create it before the programs are attached. */
export class Prints implements Disposable {
  readonly #pipe: TraceFeed | undefined;
  readonly #problem: string | undefined;
  #take: (line: TraceLine) => unknown = () => undefined;

  /** @param spec - The object; the trace pipe is not touched if none of its programs writes lines. */
  constructor(spec: CollectionSpec) {
    if (printedLines(spec) === undefined) return;
    this.#problem = isTracingOn() ? undefined : "tracing is off (/sys/kernel/tracing/tracing_on is 0)";
    try {
      this.#pipe = new TraceFeed((line) => this.#take(line));
      // Lines that are already in the pipe come from other programs.
      this.#pipe.discard();
    } catch (error) {
      this.#problem = (error as Error).message;
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
