import type { Output } from "../terminal/index.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds between two looks at the reader of the pipe. */
const READER_INTERVAL = 500;

/**
 * Waits for the end of a command that runs until it is stopped: a signal, the end of its time, or the end of the reader
 * of its output. A second signal ends the process at once.
 */
export class Stop {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onSignal = (): void => this.now();

  /** @param seconds - Undefined for no limit. */
  constructor(output: Output, seconds?: number) {
    this.signal = this.#controller.signal;
    for (const signal of signals) process.once(signal, this.#onSignal);
    if (seconds !== undefined) this.#timers.push(setTimeout(() => this.now(), seconds * 1000));
    this.#timers.push(
      setInterval(() => {
        if (output.checkReader()) this.now();
      }, READER_INTERVAL),
    );
  }

  /** Stops. */
  now(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const signal of signals) process.off(signal, this.#onSignal);
    this.#controller.abort();
  }

  /** Resolves when the command is to stop. */
  wait(): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** Calls a function again and again until the stop. */
  every(milliseconds: number, call: () => void): void {
    if (!this.signal.aborted) this.#timers.push(setInterval(call, milliseconds));
  }
}
