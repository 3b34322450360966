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

/** Records through a ring that is opened anew again and again, by each way of reading in turn. */
export function records(): Work {
  // A call into the kernel sends many, so that the reader is what is busy.
  const perCall = 20_000;
  const sender = new Sender(4 << 20);
  let seen = 0;
  const ways: readonly ((ring: RingBuf) => void)[] = [
    (ring) => {
      ring.drain(() => {
        seen++;
      });
    },
    (ring) => {
      ring.drain((record) => {
        if (record.sequence >= 0n) seen++;
      });
    },
    (ring) => {
      seen += ring.consume(1000).length;
      ring.drain(() => {
        seen++;
      });
    },
  ];
  return {
    name: "records",
    goal: 200_000_000,
    turn() {
      using ring = new RingBuf(sender.map(), { type: "event" });
      const before = seen;
      for (const way of ways) {
        sender.send(perCall);
        way(ring);
      }
      if (seen - before !== ways.length * perCall) throw new Error(`${seen - before} records were read`);
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
