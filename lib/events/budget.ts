/**
 * Limits the time of reading in one turn of the event loop, so that timers and sockets run even when records arrive
 * faster than they are handled.
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

  /**
   * Whether the time of this turn is used up. The first access in a turn starts the clock and returns false, so that a
   * budget of 0 reads one record in a turn.
   */
  get spent(): boolean {
    const now = performance.now();
    if (this.#running) return now - this.#since >= this.milliseconds;
    this.#running = true;
    this.#since = now;
    // Runs in the next turn of the event loop, if there is one.
    setImmediate(this.#ended).unref();
    return false;
  }
}
