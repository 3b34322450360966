/**
 * How long reading may go on before timers and sockets get their turn. Records may come faster than they are handled,
 * and then there is no end to them.
 */
export class Budget {
  readonly milliseconds: number;
  readonly #ended = (): void => {
    this.#running = false;
  };
  #running = false;
  #since = 0;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  /** Whether it is time to let the event loop go on. The first question in a turn of the loop begins it. */
  get spent(): boolean {
    const now = performance.now();
    if (!this.#running) {
      this.#running = true;
      this.#since = now;
      // Called in the next turn of the loop, if there is one.
      setImmediate(this.#ended).unref();
    }
    return now - this.#since >= this.milliseconds;
  }
}
