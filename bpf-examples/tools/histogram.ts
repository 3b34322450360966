// A histogram as the tools print it.
import type { Histogram } from "ebpf";

/** Prints the slots and the percentiles. */
export function printHistogram(
  print: (record: object, text: () => string) => void,
  histogram: Histogram,
  unit: string,
): void {
  const [p50, p95, p99] = [50, 95, 99].map((percent) => histogram.percentile(percent));
  const { slots, total } = histogram;
  print({ unit, total, p50, p95, p99, slots }, () => {
    const rounded = (value: number | undefined) => (value === undefined ? "-" : Math.round(value));
    const summary = `${total} counted, p50 ${rounded(p50)}, p95 ${rounded(p95)}, p99 ${rounded(p99)} ${unit}`;
    return `${histogram.text({ unit, width: Math.max(40, Math.min(process.stdout.columns ?? 80, 200)) })}\n${summary}`;
  });
}
