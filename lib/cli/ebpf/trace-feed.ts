import type { TraceLine } from "../../index.ts";
import { LOOK_INTERVAL, TracePipe } from "../../trace/trace-pipe.ts";

/** Passes the lines of the trace pipe to a function as they come, until it is closed. */
export class TraceFeed implements Disposable {
  readonly #pipe = new TracePipe();
  readonly #timer: NodeJS.Timeout;
  readonly #take: (line: TraceLine) => unknown;
  #reading = false;

  /**
   * @param take - Called with each line. While a promise that it returned is pending, lines stay in the kernel.
   * @throws {@link PermissionError}, {@link NotSupportedError} without tracefs, {@link SystemError}.
   */
  constructor(take: (line: TraceLine) => unknown) {
    this.#take = take;
    this.#timer = setInterval(() => void this.read(), LOOK_INTERVAL);
  }

  /** Discards the lines that were written before now. */
  discard(): void {
    while (this.#pipe.read().length > 0);
  }

  /** Passes on the lines that are in the pipe. */
  async read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (let lines = this.#pipe.read(); lines.length > 0; lines = this.#pipe.read())
        for (const line of lines) await this.#take(line);
    } finally {
      this.#reading = false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#pipe.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
