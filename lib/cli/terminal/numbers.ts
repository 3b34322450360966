const units = ["", "k", "M", "G", "T"];

/** Formats a count with at most four digits: `950`, `12.3k`, `4.05M`. */
export function formatCount(count: number | bigint): string {
  return withUnit(Number(count), 1000, units);
}

/** Formats bytes: `950 B`, `12.3 KiB`. */
export function formatBytes(bytes: number | bigint): string {
  return withUnit(Number(bytes), 1024, [" B", " KiB", " MiB", " GiB", " TiB"]);
}

/** Formats a duration in nanoseconds: `850 ns`, `12.3 µs`, `4.05 ms`, `12.3 s`. */
export function formatDuration(nanoseconds: number | bigint): string {
  const value = Number(nanoseconds);
  return Math.abs(value) < 60e9
    ? withUnit(value, 1000, [" ns", " µs", " ms", " s"])
    : minutes(Math.round(value / 1e9));
}

function minutes(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d${two(Math.floor((seconds % 86_400) / 3600))}h`;
}

function two(value: number): string {
  return `${value}`.padStart(2, "0");
}

function withUnit(value: number, step: number, names: readonly string[]): string {
  let unit = 0;
  while (Math.abs(value) >= step && unit < names.length - 1) {
    value /= step;
    unit++;
  }
  const digits = Number.isInteger(value) && unit === 0 ? `${value}` : value.toPrecision(3);
  // 999.9 rounds to 1.00e+3.
  return `${digits.includes("e") ? Math.round(value) : digits}${names[unit]}`;
}
