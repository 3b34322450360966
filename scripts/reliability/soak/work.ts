import { BpfMap, CollectionSpec, type HashMap, PerfBuf, type Program, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { testObject } from "../../../test/support/objects.ts";

/** A piece of work, repeated without end. */
export interface Work {
  readonly name: string;
  /** How often a run of full length does it. */
  readonly goal: number;
  /** Does some of it, and returns how much. */
  turn(): number | Promise<number>;
  close(): void;
}

export function mapOperations(): Work {
  const map = BpfMap.create({
    type: "hash",
    key: "u32",
    value: "u64",
    maxEntries: 4096,
  }) as unknown as HashMap<number, bigint>;
  return {
    name: "map operations",
    goal: 10_000_000,
    turn() {
      for (let key = 0; key < 4000; key++) {
        map.set(key, 1n);
        map.get(key);
      }
      const read = [...map.entries()].length;
      for (let key = 0; key < 4000; key++) map.delete(key);
      return 12_000 + read;
    },
    close: () => map.close(),
  };
}

/** Records through a ring that is opened anew again and again. */
export function records(): Work {
  const sender = new Sender();
  let seen = 0;
  return {
    name: "records",
    goal: 200_000_000,
    turn() {
      using ring = new RingBuf(sender.map());
      const before = seen;
      for (let i = 0; i < 200; i++) {
        sender.send(200);
        ring.drain(() => {
          seen++;
        });
      }
      return seen - before;
    },
    close: () => sender[Symbol.dispose](),
  };
}

/** Readers that open a buffer, wait for records and close it, as often as one that reconnects each second of a day. */
export function readers(): Work {
  const sender = new Sender();
  const perf = CollectionSpec.fromFile(testObject("events/perf")).loadSync();
  const samples = perf.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0];
  const send = perf.programs["send"] as Program<"raw-tracepoint">;
  let turn = 0;
  return {
    name: "readers opened and closed",
    goal: 86_400,
    async turn() {
      const isPerf = turn++ % 4 === 3;
      using reader = isPerf ? new PerfBuf(samples, { type: "sample" }) : new RingBuf(sender.map());
      const next = reader.values().next();
      if (isPerf) send.testRunSync({ context: [2n], cpu: 0 });
      else sender.send(2);
      await next;
      // The other record stays in the ring, for the next reader.
      return 1;
    },
    close() {
      sender[Symbol.dispose]();
      perf.close();
    },
  };
}
