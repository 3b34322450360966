// Works without end at what argv says, to be killed or terminated in the middle: load, load-on-pool, attach, ring,
// iterate or batch. Says once that it has begun.
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { BpfMap, CollectionSpec, type HashMap, RingBuf } from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { loadAlone } from "../../../test/support/link.ts";
import { testObject } from "../../../test/support/objects.ts";

const kind = isMainThread ? process.argv[2] : (workerData as string);
const begun = () =>
  parentPort ? parentPort.postMessage("begun") : console.log(JSON.stringify({ begun: true }));

function filled(): HashMap<number, bigint> {
  const map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 10_000 });
  for (let key = 0; key < 10_000; key++) map.set(key, BigInt(key));
  return map as unknown as HashMap<number, bigint>;
}

const works: Record<string, () => Promise<() => unknown>> = {
  load: async () => {
    const spec = CollectionSpec.fromFile(testObject("program_helpers"));
    return () => spec.loadSync().close();
  },
  "load-on-pool": async () => {
    const spec = CollectionSpec.fromFile(testObject("program_helpers"));
    return async () => (await spec.load()).close();
  },
  attach: async () => {
    const { program } = loadAlone("link_trace", "on_tp");
    return () => program.attach().close();
  },
  ring: async () => {
    const sender = new Sender();
    const ring = new RingBuf(sender.map());
    void ring.forEach(() => {});
    return async () => {
      sender.send(50);
      await new Promise((resolve) => setImmediate(resolve));
    };
  },
  iterate: async () => {
    const map = filled();
    return () => [...map.entries()].length;
  },
  batch: async () => {
    const map = filled();
    return () => [...map.batch.lookup()].length;
  },
};

const work = await works[kind ?? "load"]?.();
begun();
for (;;) {
  await work?.();
  // A worker is terminated between two turns of the loop as well as in them.
  await new Promise((resolve) => setImmediate(resolve));
}
