import type { PerCpuMap } from "ebpf";
import { type Labels, type Metric, type Reading, type Source, seriesOf, widthOf } from "./metric.ts";
import { SeriesTable } from "./series-table.ts";

/** A metric that a map has. */
export interface MapMetric<V> extends Metric {
  /** Adds the value of one CPU to the numbers: see `numbers` of a point. */
  add(numbers: Float64Array, value: V): void;
}

/** The metrics of one map. */
export interface MapSourceOptions<K, V> {
  readonly map: PerCpuMap<K, V>;
  readonly metrics: readonly MapMetric<V>[];
  /** Called when all entries are read, before the labels of the first one. */
  entriesRead(): void;
  /** Labels of a key. Several keys can have the same labels: their values are added. */
  labels(key: K): Labels;
  /** Whether nothing will be counted under this key any more, so that it can be removed from the map. */
  isGone(key: K): boolean;
  /** The most series of Prometheus for each metric. */
  readonly maxSeries: number;
}

/**
 * Reads the metrics of a per-CPU map: the values of all CPUs are added, with a limit on the series of each metric. The
 * entries arrive in batches, one system call for thousands (Linux 5.6).
 */
export class MapSource<K, V> implements Source {
  readonly metrics: readonly MapMetric<V>[];
  readonly #options: MapSourceOptions<K, V>;
  readonly #tables: readonly SeriesTable[];

  constructor(options: MapSourceOptions<K, V>) {
    this.#options = options;
    this.metrics = options.metrics;
    this.#tables = options.metrics.map((metric) => {
      const limit = Math.max(1, Math.floor(options.maxSeries / seriesOf(metric)) - 1);
      return new SeriesTable(limit, widthOf(metric));
    });
  }

  /** Sets of labels that share the series of the overflow, by metric, as of the last reading. */
  folded(): { metric: Metric; folded: number; size: number }[] {
    return this.metrics.map((metric, i) => {
      const { folded = 0, size = 0 } = this.#tables[i] ?? {};
      return { metric, folded, size };
    });
  }

  read(): Reading[] {
    const { map, labels, isGone } = this.#options;
    const entries = map.batch.lookup();
    this.#options.entriesRead();
    const leaving: K[] = [];
    const sums = this.metrics.map((metric) => new Float64Array(widthOf(metric)));
    for (const table of this.#tables) table.start();
    for (const [key, values] of entries) {
      const gone = isGone(key);
      if (gone) leaving.push(key);
      const named = labels(key);
      this.metrics.forEach((metric, i) => {
        const sum = sums[i] as Float64Array;
        sum.fill(0);
        for (const value of values) metric.add(sum, value);
        this.#tables[i]?.add(named, sum, gone);
      });
    }
    for (const key of leaving) map.delete(key);
    return this.metrics.map((metric, i) => ({ metric, points: this.#tables[i]?.finish() ?? [] }));
  }
}
