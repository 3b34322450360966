import { type Labels, overflowLabels, type Point } from "./metric.ts";

interface Series {
  readonly labels: Labels;
  readonly since: number;
  /** What keys that were removed from the map had counted. */
  readonly base: Float64Array;
  readonly numbers: Float64Array;
}

/** The place of one set of labels: a series of its own or, beyond the limit, the series of the overflow. */
interface Place {
  readonly series: Series;
  /** Keys of the map that have these labels and stay in the map. */
  keys: number;
}

/**
 * The series of one metric, added up from the keys of a map, with a limit.
 *
 * Counters must not decrease: Prometheus takes a decrease for a restart, and its rates would jump. So a set of labels
 * keeps its place as long as it has keys, and a series keeps the counts of its keys that were removed from the map.
 */
export class SeriesTable {
  readonly #limit: number;
  readonly #width: number;
  readonly #places = new Map<string, Place>();
  #overflow: Series | undefined;
  #own = 0;

  /**
   * @param limit - Sets of labels that get a series of their own.
   * @param width - Numbers of each series.
   */
  constructor(limit: number, width: number) {
    this.#limit = limit;
    this.#width = width;
  }

  /** Sets of labels that have a series of their own. */
  get size(): number {
    return this.#own;
  }

  /** Sets of labels that share the series of the overflow. */
  get folded(): number {
    return this.#places.size - this.#own;
  }

  /** Starts a reading of all keys. */
  start(): void {
    for (const place of this.#places.values()) {
      place.keys = 0;
      place.series.numbers.set(place.series.base);
    }
    this.#overflow?.numbers.set(this.#overflow.base);
  }

  /**
   * Adds the numbers of one key.
   *
   * @param leaving - Whether the key will be removed from the map after this reading.
   */
  add(labels: Labels, numbers: ArrayLike<number>, leaving: boolean): void {
    const place = this.#placeOf(labels);
    addTo(place.series.numbers, numbers);
    if (leaving) addTo(place.series.base, numbers);
    else place.keys++;
  }

  /** Ends a reading. The series whose last key leaves are returned for the last time. */
  finish(): Point[] {
    const points: Point[] = [];
    for (const [id, { series, keys }] of this.#places) {
      const own = series !== this.#overflow;
      if (own) points.push(series);
      if (keys > 0) continue;
      this.#places.delete(id);
      if (own) this.#own--;
    }
    if (this.#overflow !== undefined) points.push(this.#overflow);
    return points;
  }

  #placeOf(labels: Labels): Place {
    const id = idOf(labels);
    let place = this.#places.get(id);
    if (place === undefined) {
      place = { series: this.#admit(labels), keys: 0 };
      this.#places.set(id, place);
    }
    return place;
  }

  #admit(labels: Labels): Series {
    if (this.#own < this.#limit) {
      this.#own++;
      return this.#series(labels);
    }
    this.#overflow ??= this.#series(overflowLabels);
    return this.#overflow;
  }

  #series(labels: Labels): Series {
    const empty = () => new Float64Array(this.#width);
    return { labels, since: Date.now(), base: empty(), numbers: empty() };
  }
}

/** The same for equal labels. Their names are in one order, since one function makes all labels of a metric. */
export function idOf(labels: Labels): string {
  return JSON.stringify(labels);
}

function addTo(sums: Float64Array, numbers: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) (sums[i] as number) += numbers[i] as number;
}
