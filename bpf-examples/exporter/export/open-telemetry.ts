import { hostname } from "node:os";
import { DiagConsoleLogger, DiagLogLevel, diag, type HrTime, ValueType } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { emptyResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import type { Point, Reading, Source } from "../metrics/metric.ts";

/** Where and how often the metrics are sent. */
export interface OpenTelemetryOptions {
  /** `http://127.0.0.1:4318`. Default: the environment variables of OpenTelemetry. */
  readonly endpoint: string | undefined;
  readonly intervalSeconds: number;
}

/** Sends all metrics of the sources by OTLP over HTTP, in JSON, until `shutdown()`, which sends them once more. */
export function sendToOpenTelemetry(
  sources: readonly Source[],
  options: OpenTelemetryOptions,
): MeterProvider {
  // What could not be sent is otherwise dropped without a word.
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
  const { endpoint } = options;
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(endpoint === undefined ? {} : { url: metricsUrl(endpoint) }),
    exportIntervalMillis: options.intervalSeconds * 1000,
    exportTimeoutMillis: Math.min(30, options.intervalSeconds) * 1000,
    metricProducers: [new SourcesProducer(sources)],
  });
  const resource = resourceFromAttributes({ "service.name": "ebpf-exporter", "host.name": hostname() });
  return new MeterProvider({ resource, readers: [reader] });
}

/** As OTEL_EXPORTER_OTLP_ENDPOINT is completed. */
function metricsUrl(endpoint: string): string {
  return new URL("v1/metrics", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href;
}

/**
 * The SDK's bridge for metrics that something else has counted. Its instruments could only count again what the kernel has
 * counted, and have none for a finished histogram.
 */
class SourcesProducer implements MetricProducer {
  readonly #sources: readonly Source[];

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  async collect(): Promise<CollectionResult> {
    const now = Date.now();
    const metrics = this.#sources.flatMap((source) => source.read()).map((reading) => dataOf(reading, now));
    const scopeMetrics = [{ scope: { name: "ebpf-exporter" }, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

function dataOf({ metric, points }: Reading, now: number): MetricData {
  const { name, help, unit, kind, bounds } = metric;
  const common = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const single = () => points.map((point) => dataPoint(point, now, point.numbers[0] as number));
  if (bounds !== undefined) {
    const dataPoints = points.map((point) => dataPoint(point, now, histogramOf(point, bounds)));
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  if (kind === "gauge") return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: single() };
  return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: single() };
}

function histogramOf({ numbers }: Point, bounds: readonly number[]) {
  const counts = Array.from({ length: bounds.length + 1 }, (_, bucket) => numbers[bucket] as number);
  return {
    buckets: { boundaries: [...bounds], counts },
    sum: numbers[counts.length] as number,
    count: counts.reduce((sum, count) => sum + count, 0),
  };
}

function dataPoint<T>({ labels, since }: Point, now: number, value: T): DataPoint<T> {
  return { startTime: hrTime(since), endTime: hrTime(now), attributes: { ...labels }, value };
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1e6];
}
