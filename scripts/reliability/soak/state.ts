import { readdirSync, readlinkSync } from "node:fs";

/** What must not grow. */
export interface State {
  /** Seconds since the start. */
  readonly at: number;
  /** Bytes. */
  readonly rss: number;
  /** Bytes, after a collection. */
  readonly heap: number;
  /** Open descriptors of BPF objects, perf events and cgroups. */
  readonly descriptors: number;
  readonly threads: number;
  /** What keeps the event loop alive. */
  readonly handles: number;
}

const collect = (globalThis as { gc?: () => void }).gc;
const begin = performance.now();

/** @param workers - The heaps of the workers in bytes. */
export function state(workers = 0): State {
  collect?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    at: (performance.now() - begin) / 1000,
    rss,
    heap: heapUsed + workers,
    descriptors: descriptors(),
    threads: readdirSync("/proc/self/task").length,
    handles: process.getActiveResourcesInfo().length,
  };
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /bpf|btf|perf_event|cgroup/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;
}
