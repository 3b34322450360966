// kernels: native
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Latencies } from "../../bpf-examples/parallel-lookup/latencies.ts";

const program = join(import.meta.dirname, "../../.build/examples/parallel-lookup/parallel-lookup.js");

test("each run has its threads, its rate, its percentiles and its costs, and the chart shows them", () => {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-lookup-"));
  try {
    const svg = join(folder, "chart.svg");
    const args = [
      "--threads",
      "1,2",
      "--type",
      "array",
      "--entries",
      "100",
      "--run",
      "0.1",
      "--svg",
      svg,
      "--json",
    ];
    const output = execFileSync(process.execPath, [program, ...args], { encoding: "utf8", stdio: "pipe" });
    const runs = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(runs.map(({ threads }) => threads)).toEqual([1, 2]);
    for (const { lookups, p50, p90, p99, p999, cpu, memory } of runs) {
      expect(lookups).toBeGreaterThan(1000);
      expect([p50, p90, p99, p999]).toEqual([p50, p90, p99, p999].toSorted((a, b) => a - b));
      expect(p50).toBeGreaterThan(10);
      expect(cpu).toBeGreaterThan(0);
      expect(memory).toBeGreaterThan(1e6);
    }
    const chart = readFileSync(svg, "utf8");
    expect(chart.match(/<rect class="lookups"/g)).toHaveLength(2);
    expect(chart).toContain(">2 threads</text>");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a percentile is at most a sixteenth above the value", () => {
  const latencies = new Latencies();
  for (let value = 1; value <= 100_000; value++) latencies.add(value);
  for (const percent of [1, 50, 90, 99, 99.9, 100]) {
    const exact = percent * 1000;
    expect(latencies.percentile(percent)).toBeGreaterThanOrEqual(exact);
    expect(latencies.percentile(percent)).toBeLessThanOrEqual(exact * (1 + 1 / 16));
  }
  expect(new Latencies().percentile(50)).toBeUndefined();
});

test.each([
  [["--type", "queue"], /unknown map type "queue"; expected array, hash, lru-hash/],
  [["--threads", "1,none"], /--threads: expected integers above 0/],
  [["--run", "0"], /--run: expected a number above 0/],
])("%j is refused", (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
