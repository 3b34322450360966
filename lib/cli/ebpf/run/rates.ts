/** The number of values that are kept for each counter. */
const LENGTH = 24;
/** The most counters that are followed. */
const MOST = 5000;

interface Followed {
  last: number;
  rates: number[];
}

/** The rates of counters over time, by name. */
export class Rates {
  readonly #counters = new Map<string, Followed>();
  #seconds = 0;

  /** Begins a new round of values. @param elapsed - Seconds since the previous round. */
  begin(elapsed: number): void {
    this.#seconds = elapsed;
  }

  /**
   * Records the value of a counter in this round. Returns its rates per second, the newest last; empty for the first
   * value.
   */
  note(name: string, value: number): readonly number[] {
    const known = this.#counters.get(name);
    if (known === undefined) {
      if (this.#counters.size < MOST) this.#counters.set(name, { last: value, rates: [] });
      return [];
    }
    if (this.#seconds > 0) {
      // A counter that was reset has no rate below zero.
      known.rates.push(Math.max(0, value - known.last) / this.#seconds);
      if (known.rates.length > LENGTH) known.rates.shift();
      known.last = value;
    }
    return known.rates;
  }
}
