import { type Metric as ClientMetric, Registry } from "prom-client";
import type { Labels, Metric, Point, Reading, Source } from "../metrics/metric.ts";

/** A value of prom-client: one line of the text. */
interface Value {
  value: number;
  labels: Record<string, string>;
  metricName?: string;
}

const units: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/**
 * The name for Prometheus, by the rules of OpenTelemetry for it: `ebpf.network.io` in bytes is
 * `ebpf_network_io_bytes_total`.
 */
export function prometheusName({ name, unit, kind }: Metric): string {
  return `${name.replaceAll(".", "_")}${units[unit] ?? ""}${kind === "counter" ? "_total" : ""}`;
}

/** All metrics of the sources as text for Prometheus. */
export class PrometheusText {
  readonly #registry = new Registry();
  readonly #sources: readonly Source[];
  #readings = new Map<Metric, Reading>();

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
    for (const metric of sources.flatMap(({ metrics }) => metrics)) {
      const { help, kind: type } = metric;
      const name = prometheusName(metric);
      // prom-client's own classes count by themselves. A registry asks no more of a metric than its name and get().
      const readable = {
        name,
        get: async () => ({ name, help, type, values: this.#valuesOf(metric, name) }),
      };
      this.#registry.registerMetric(readable as unknown as ClientMetric);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Reads all sources. */
  async read(): Promise<string> {
    const readings = this.#sources.flatMap((source) => source.read());
    this.#readings = new Map(readings.map((reading) => [reading.metric, reading]));
    const text = await this.#registry.metrics();
    this.#readings.clear();
    return text;
  }

  #valuesOf(metric: Metric, name: string): Value[] {
    const points = this.#readings.get(metric)?.points ?? [];
    const { bounds } = metric;
    if (bounds === undefined)
      return points.map(({ labels, numbers }) => ({ value: numbers[0] as number, labels: named(labels) }));
    return points.flatMap((point) => histogramValues(point, bounds, name));
  }
}

/** The buckets of Prometheus are cumulative. */
function histogramValues({ labels, numbers }: Point, bounds: readonly number[], name: string): Value[] {
  const common = named(labels);
  let count = 0;
  const values = [...bounds, "+Inf"].map((bound, bucket) => {
    count += numbers[bucket] as number;
    return { value: count, labels: { ...common, le: `${bound}` }, metricName: `${name}_bucket` };
  });
  const sum = numbers[bounds.length + 1] as number;
  return [
    ...values,
    { value: sum, labels: common, metricName: `${name}_sum` },
    { value: count, labels: common, metricName: `${name}_count` },
  ];
}

function named(labels: Labels): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in labels) result[name.replaceAll(".", "_")] = labels[name] as string;
  return result;
}
