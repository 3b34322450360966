// What a metric is, for both exports.

/** Labels of Prometheus, attributes of OpenTelemetry. The names are those of OpenTelemetry: `container.id`. */
export type Labels = Readonly<Record<string, string>>;

/** The description of a metric, which does not change. */
export interface Metric {
  /** As OpenTelemetry writes it, without a unit: `ebpf.process.starts`. */
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge" | "histogram";
  /** In UCUM: `s`, `By`, or a word in braces, `{packet}`. */
  readonly unit: string;
  /** Of a histogram: the largest value of each bucket but the last, which has no bound. */
  readonly bounds?: readonly number[];
}

/** One series as of now. */
export interface Point {
  readonly labels: Labels;
  /** When its count began, in milliseconds since 1970. */
  readonly since: number;
  /** The value; of a histogram the count of each bucket, and then the sum of the values. */
  readonly numbers: ArrayLike<number>;
}

/** A metric with all its series. */
export interface Reading {
  readonly metric: Metric;
  readonly points: readonly Point[];
}

/** Something that is read as a whole: a map of the kernel, a counter of events. */
export interface Source {
  readonly metrics: readonly Metric[];
  /** Returns the readings of `metrics`, in their order. */
  read(): Reading[];
}

/** The labels of the series that has the sum of all series beyond the limit, as OpenTelemetry defines it. */
export const overflowLabels: Labels = { "otel.metric.overflow": "true" };

/** Numbers in each point of a metric. */
export function widthOf({ bounds }: Metric): number {
  return bounds === undefined ? 1 : bounds.length + 2;
}

/** Series of Prometheus that one point becomes: a histogram has one for each bucket, a sum and a count. */
export function seriesOf({ bounds }: Metric): number {
  return bounds === undefined ? 1 : bounds.length + 3;
}
