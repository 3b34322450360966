// Looks up keys from several threads at a time, and measures.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { BpfMap } from "ebpf";
import { Latencies } from "./latencies.ts";
import type { Result, Task } from "./worker.ts";

export const mapTypes = ["array", "hash", "lru-hash"] as const;
export type MapType = (typeof mapTypes)[number];

export interface Measured {
  threads: number;
  /** Of all threads, per second. */
  lookups: number;
  /** Nanoseconds of one lookup; undefined for a run without any. */
  p50: number | undefined;
  p90: number | undefined;
  p99: number | undefined;
  p999: number | undefined;
  /** Of one CPU: 2 is two CPUs all the time. */
  cpu: number;
  /** Bytes of the process at the end of the run, with its threads. */
  memory: number;
}

/** The map of the benchmark. The caller closes it. */
export function filledMap(type: MapType, entries: number) {
  const map = BpfMap.create({ type, key: "u32", value: "u64", maxEntries: entries });
  for (let key = 0; key < entries; key++) map.set(key, BigInt(key));
  return map;
}

export async function run(
  fd: number,
  entries: number,
  threads: number,
  milliseconds: number,
): Promise<Measured> {
  const task: Task = { fd, entries, milliseconds };
  const extension = import.meta.url.slice(-3);
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(`worker${extension}`, import.meta.url), { workerData: task }),
  );
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const cpu = process.cpuUsage();
  const results = workers.map(async (worker) => (await once(worker, "message"))[0] as Result);
  const ended = Promise.all(workers.map((worker) => once(worker, "exit")));
  for (const worker of workers) worker.postMessage("go");
  const all = await Promise.all(results);
  const { user, system } = process.cpuUsage(cpu);
  const memory = process.memoryUsage.rss();
  await ended;
  const latencies = new Latencies();
  for (const { counts } of all) latencies.addAll(new Latencies(counts));
  return {
    threads,
    lookups: all.reduce((sum, { lookups, milliseconds }) => sum + (lookups * 1000) / milliseconds, 0),
    p50: latencies.percentile(50),
    p90: latencies.percentile(90),
    p99: latencies.percentile(99),
    p999: latencies.percentile(99.9),
    cpu: (user + system) / 1000 / Math.max(...all.map(({ milliseconds }) => milliseconds)),
    memory,
  };
}
