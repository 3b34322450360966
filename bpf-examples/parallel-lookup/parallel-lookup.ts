// Measures lookups in a map from several threads at a time.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { command, numberOption } from "../tools/command.ts";
import { chart } from "./chart.ts";
import { filledMap, type MapType, type Measured, mapTypes, run } from "./run.ts";

const usage = `Usage: parallel-lookup [options]

Measures lookups in a map from several threads at a time: how many a second, how long one
takes, and what CPU and memory it costs.

      --threads N,...  a run for each number of threads (default: 1, 2, 4, … up to the CPUs)
      --type TYPE      array, hash or lru-hash (default: hash)
      --entries N      of the map (default: 10000)
      --run N          seconds of each run (default: 2)
      --svg FILE       write a chart`;

const { values, print, say, signal } = command(usage, {
  threads: { type: "string" },
  type: { type: "string", default: "hash" },
  entries: { type: "string", default: "10000" },
  run: { type: "string", default: "2" },
  svg: { type: "string" },
});

function settings() {
  const type = mapTypes.find((each) => each === values.type);
  if (type === undefined)
    throw new Error(`unknown map type "${values.type}"; expected ${mapTypes.join(", ")}`);
  const threads = values.threads?.split(",").map(Number) ?? powersOfTwo(availableParallelism());
  if (!threads.every((each) => Number.isInteger(each) && each > 0))
    throw new Error(`--threads: expected integers above 0, received "${values.threads}"`);
  const entries = numberOption("--entries", values.entries) ?? 0;
  if (!Number.isInteger(entries))
    throw new Error(`--entries: expected an integer, received "${values.entries}"`);
  return { type, threads, entries, seconds: numberOption("--run", values.run) ?? 2 };
}

function settingsOrExit() {
  try {
    return settings();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function powersOfTwo(most: number): number[] {
  const numbers = [];
  for (let number = 1; number < most; number *= 2) numbers.push(number);
  return [...numbers, most];
}

const { type, threads, entries, seconds } = settingsOrExit();
using map = filledMap(type as MapType, entries);
// Programs and libraries that are loaded at the first use are not part of a run.
await run(map.fd, entries, 1, 100);
say("THREADS   LOOKUPS/S   P50 NS   P90 NS   P99 NS  P99.9 NS    CPU  MEMORY MIB");
const results: Measured[] = [];
for (const number of threads) {
  if (signal.aborted) break;
  const measured = await run(map.fd, entries, number, seconds * 1000);
  results.push(measured);
  print({ type, entries, ...measured }, () => row(measured));
}
if (values.svg !== undefined) {
  writeFileSync(values.svg, chart(`Lookups in a map of type ${type} with ${entries} entries`, results));
  say(`The chart is in ${values.svg}`);
}

function row({ threads, lookups, p50, p90, p99, p999, cpu, memory }: Measured): string {
  return [
    `${threads}`.padStart(7),
    Math.round(lookups).toLocaleString("en").padStart(11),
    ...[p50, p90, p99].map((each) => `${each ?? "-"}`.padStart(8)),
    `${p999 ?? "-"}`.padStart(9),
    `${Math.round(cpu * 100)}%`.padStart(6),
    (memory / 2 ** 20).toFixed(0).padStart(11),
  ].join(" ");
}
