// Takes the next kind of attachment from a list that the workers share, does a cycle of it, and counts it.
import { setTimeout } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { EbpfError } from "../../../lib/index.ts";
import { allKinds, cycle, type Kind } from "./kinds.ts";

/** What the workers share. */
export interface Shared {
  readonly names: readonly string[];
  /** See the constants below, then a lock for each place. */
  readonly counters: Int32Array;
  /** Bytes of the heap of each worker. */
  readonly heaps: Float64Array;
}

/** The number of the next cycle. */
export const NEXT = 0;
/** Cycles done. */
export const DONE = 1;
/** What the workers have to do: RUN, PAUSE or STOP. */
export const ORDER = 2;
/** Workers that pause, with the heap that they have after a collection. */
export const PAUSED = 3;
/** Cycles that were repeated, because another process of the machine was at the place. */
export const REPEATED = 4;
export const LOCKS = 5;

export const RUN = 0;
export const PAUSE = 1;
export const STOP = 2;

// Where only one program can be, or where a second one changes what the first one finds.
export const places = [
  "xdp",
  "tc",
  "netkit",
  "netfilter",
  "sk",
  "flow_dissector",
  "socket",
  "cgroup",
  "struct_ops",
];

if (workerData !== null && "counters" in workerData) {
  const { names, counters, heaps, index } = workerData as Shared & { index: number };
  const all = new Map(allKinds().map((kind) => [kind.name, kind]));
  const kinds = names.map((name) => all.get(name) as Kind);
  const collect = (globalThis as { gc?: () => void }).gc;
  for (;;) {
    if (Atomics.load(counters, ORDER) === PAUSE) {
      collect?.();
      heaps[index] = process.memoryUsage().heapUsed;
      Atomics.add(counters, PAUSED, 1);
      Atomics.wait(counters, ORDER, PAUSE);
      Atomics.sub(counters, PAUSED, 1);
    }
    if (Atomics.load(counters, ORDER) === STOP) break;
    const turn = Atomics.add(counters, NEXT, 1);
    const kind = kinds[turn % kinds.length] as Kind;
    const unlock = lock(counters, kind.name);
    try {
      await untilDone(counters, kind, Math.floor(turn / kinds.length));
    } finally {
      unlock();
    }
    Atomics.add(counters, DONE, 1);
  }
}

/** A congestion control has one name on the machine, which tests may use at the same time. */
async function untilDone(counters: Int32Array, kind: Kind, round: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await cycle(kind, round);
    } catch (error) {
      const taken = error instanceof EbpfError && ["EEXIST", "EBUSY"].includes(error.errnoName ?? "");
      if (!taken || tries === 50) throw error;
      Atomics.add(counters, REPEATED, 1);
      await setTimeout(200);
    }
  }
}

/** Waits until no other worker is at the place of this kind. */
function lock(counters: Int32Array, name: string): () => void {
  const place = places.findIndex((prefix) => name.startsWith(prefix));
  if (place < 0) return () => undefined;
  while (Atomics.compareExchange(counters, LOCKS + place, 0, 1) !== 0)
    Atomics.wait(counters, LOCKS + place, 1);
  return () => {
    Atomics.store(counters, LOCKS + place, 0);
    Atomics.notify(counters, LOCKS + place, 1);
  };
}
