// One thread of the benchmark: looks up keys of a map that another thread opened.
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { BpfMap } from "ebpf";
import { Latencies } from "./latencies.ts";

/** What a thread gets. */
export interface Task {
  /** The descriptor of the map, which belongs to the whole process. */
  fd: number;
  entries: number;
  milliseconds: number;
}

/** What it returns. */
export interface Result {
  lookups: number;
  milliseconds: number;
  counts: Uint32Array;
}

// The clock costs as much as a fifth of a lookup: of so many lookups, the time of one is taken.
const TIMED = 16;

const { fd, entries, milliseconds } = workerData as Task;
const port = parentPort;
if (port === null) throw new Error("worker.ts runs in a worker thread");

using map = BpfMap.fromFd(fd, { key: "u32", value: "u64" });
const latencies = new Latencies();
port.postMessage("ready");
// All threads start together.
await once(port, "message");

const start = performance.now();
let now = start;
let lookups = 0;
let key = Math.floor(Math.random() * entries);
while (now - start < milliseconds) {
  for (let i = 1; i < TIMED; i++) map.get(nextKey());
  const before = performance.now();
  map.get(nextKey());
  now = performance.now();
  latencies.add((now - before) * 1e6);
  lookups += TIMED;
}
port.postMessage({ lookups, milliseconds: now - start, counts: latencies.counts } satisfies Result);
port.close();

/** Jumps over the map, so that not every key is in the cache of the processor. */
function nextKey(): number {
  key = (key + 7919) % entries;
  return key;
}
