// Alarms on rates.
import type { Counts } from "./counters.ts";

/** Events a second that are normal. */
export interface Limits {
  maxDropped?: number | undefined;
  maxErrors?: number | undefined;
  minProcessed?: number | undefined;
}

export interface Alarm {
  name: keyof Counts;
  state: "raised" | "cleared";
  /** `dropped: 512/s, above the limit of 100/s` */
  text: string;
}

/** Reports when a rate leaves its limits, and when it comes back: once each. */
export class Alarms {
  readonly #limits: Limits;
  readonly #raised = new Set<keyof Counts>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @param rates - Events a second. */
  check(rates: Counts): Alarm[] {
    const { maxDropped, maxErrors, minProcessed } = this.#limits;
    return [
      ...this.#compare("dropped", rates.dropped, maxDropped, "above"),
      ...this.#compare("errors", rates.errors, maxErrors, "above"),
      ...this.#compare("processed", rates.processed, minProcessed, "below"),
    ];
  }

  #compare(name: keyof Counts, rate: number, limit: number | undefined, wrong: "above" | "below"): Alarm[] {
    if (limit === undefined) return [];
    const isWrong = wrong === "above" ? rate > limit : rate < limit;
    if (isWrong === this.#raised.has(name)) return [];
    if (isWrong) this.#raised.add(name);
    else this.#raised.delete(name);
    const relation = isWrong ? `${wrong} the limit` : "within the limit";
    const text = `${name}: ${rate.toFixed(1)}/s, ${relation} of ${limit}/s`;
    return [{ name, state: isWrong ? "raised" : "cleared", text }];
  }
}
