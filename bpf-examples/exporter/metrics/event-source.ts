import { type Labels, type Metric, overflowLabels, type Point, type Reading, type Source } from "./metric.ts";
import { idOf } from "./series-table.ts";

interface Counted extends Point {
  readonly numbers: [number];
  /** When it was last counted, in milliseconds since 1970. */
  at: number;
}

const minute = 60_000;

/**
 * Counts events by their labels, with a limit on the series. When the limit is reached, series without an event for an
 * hour make room; an event that still finds none is counted in the series of the overflow.
 */
export class EventSource implements Source {
  readonly metrics: readonly [Metric];
  readonly #limit: number;
  readonly #series = new Map<string, Counted>();
  #overflow: Counted | undefined;
  #swept = 0;

  constructor(metric: Metric, maxSeries: number) {
    this.metrics = [metric];
    this.#limit = Math.max(1, maxSeries - 1);
  }

  count(labels: Labels): void {
    const now = Date.now();
    const counted = this.#seriesOf(labels, now);
    counted.numbers[0]++;
    counted.at = now;
  }

  read(): Reading[] {
    const points: Point[] = [...this.#series.values()];
    if (this.#overflow !== undefined) points.push(this.#overflow);
    return [{ metric: this.metrics[0], points }];
  }

  #seriesOf(labels: Labels, now: number): Counted {
    const id = idOf(labels);
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    if (this.#series.size >= this.#limit) this.#sweep(now);
    if (this.#series.size >= this.#limit) {
      this.#overflow ??= { labels: overflowLabels, since: now, numbers: [0], at: now };
      return this.#overflow;
    }
    const series: Counted = { labels, since: now, numbers: [0], at: now };
    this.#series.set(id, series);
    return series;
  }

  /** At most once a minute: a flood of events must not go through all series for each. */
  #sweep(now: number): void {
    if (now - this.#swept < minute) return;
    this.#swept = now;
    for (const [id, { at }] of this.#series) if (now - at > 60 * minute) this.#series.delete(id);
  }
}
