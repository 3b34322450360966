import { once } from "node:events";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { scriptWorker } from "../../../test/support/script.ts";
import {
  DONE,
  LOCKS,
  ORDER,
  PAUSE,
  PAUSED,
  places,
  REPEATED,
  RUN,
  type Shared,
  STOP,
} from "./cycle-worker.ts";
import { kindsOfKernel } from "./kinds.ts";
import type { Work } from "./work.ts";

// Most of a cycle is a wait for the kernel, which frees what was attached after a grace period of RCU.
const workers = 6;

export interface Cycles extends Work {
  readonly kinds: readonly string[];
  /** Cycles that were repeated, because another process of the machine was at the place. */
  repeated(): number;
  /** Waits until the workers pause, calls `work` with the bytes of their heaps, and has them continue. */
  paused<T>(work: (heap: number) => T): Promise<T>;
  /** Ends the workers. */
  stop(): Promise<void>;
}

/** Load, attach, close: each kind of attachment that this kernel has, in turn, in several workers. */
export async function cycles(): Promise<Cycles> {
  const names = (await kindsOfKernel()).map(({ name }) => name);
  const shared: Shared = {
    names,
    counters: new Int32Array(new SharedArrayBuffer(4 * (LOCKS + places.length))),
    heaps: new Float64Array(new SharedArrayBuffer(8 * workers)),
  };
  const { counters, heaps } = shared;
  let failure: unknown;
  const started = Array.from({ length: workers }, (_, index) =>
    scriptWorker(path.join(import.meta.dirname, "cycle-worker.ts"), { workerData: { ...shared, index } }),
  );
  const ended = started.map((worker) => once(worker, "exit"));
  for (const worker of started)
    worker.on("error", (error) => {
      failure ??= error;
    });
  const order = (what: number) => {
    Atomics.store(counters, ORDER, what);
    Atomics.notify(counters, ORDER);
  };
  const untilPaused = async (count: number) => {
    while (Atomics.load(counters, PAUSED) !== count) {
      if (failure !== undefined) throw failure;
      await setTimeout(5);
    }
  };
  order(PAUSE);
  await untilPaused(workers);
  order(RUN);
  let counted = 0;
  return {
    name: "load-attach-close cycles",
    goal: 10_000,
    kinds: names,
    async turn() {
      await setTimeout(20);
      if (failure !== undefined) throw failure;
      const before = counted;
      counted = Atomics.load(counters, DONE);
      return counted - before;
    },
    async paused(work) {
      await untilPaused(0);
      order(PAUSE);
      await untilPaused(workers);
      const result = work(heaps.reduce((sum, heap) => sum + heap, 0));
      order(RUN);
      return result;
    },
    repeated: () => Atomics.load(counters, REPEATED),
    async stop() {
      order(STOP);
      await Promise.all(ended);
      if (failure !== undefined) throw failure;
    },
    close() {},
  };
}
