import { once } from "node:events";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type * as Ebpf from "../../../lib/index.ts";
import { root } from "../../root.ts";
import { type Sample, type Scale, sample, scale, scaleOf } from "./measure.ts";

// The published bundle, which workers share with this thread.
const entry = path.join(root, "dist/index.js");
const { asm, CollectionSpec, link, Map: BpfMap, RingBuf, RingBufMap } = (await import(entry)) as typeof Ebpf;

type Instructions = ReturnType<typeof asm.exit>[];

const returnZero = (): Instructions => [asm.mov(asm.r0, 0), asm.exit()];

function closing(things: readonly Disposable[]): Disposable {
  return { [Symbol.dispose]: () => things.forEach((thing) => void thing[Symbol.dispose]()) };
}

export function maps(): Promise<Scale> {
  return scale("maps", [10, 100, 1000, 10_000], (count) =>
    closing(
      Array.from({ length: count }, () => BpfMap.create({ type: "array", value: "u64", maxEntries: 1 })),
    ),
  );
}

/** Links of an iterator, since other hooks have a limit of programs, or change the kernel's code for each. */
export async function links(): Promise<Scale> {
  const spec = CollectionSpec.create({
    license: "GPL",
    programs: { each_map: { section: "iter/bpf_map", instructions: returnZero() } },
  });
  using collection = spec.loadSync();
  const program = collection.program("each_map");
  return await scale("links", [10, 100, 1000, 10_000], (count) =>
    closing(Array.from({ length: count }, () => link.iterator(program, {}))),
  );
}

export function programs(): Promise<Scale> {
  const specOf = (count: number) =>
    CollectionSpec.create({
      license: "GPL",
      programs: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `program_${i}`,
          { section: "xdp", instructions: returnZero() },
        ]),
      ),
    });
  return scale("programs of one object: create, load", [10, 100, 1000], (count) => {
    const collection = specOf(count).loadSync();
    // All program objects are created.
    if (Object.keys(collection.programs).length !== count) throw new Error("a program is missing");
    return collection;
  });
}

/** Reading all entries of a map in both ways. */
export async function entries(): Promise<Scale[]> {
  const counts = [10_000, 100_000, 1_000_000, 10_000_000];
  const most = counts.at(-1) ?? 0;
  using map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: most });
  let filled = 0;
  const fill = (count: number): void => {
    const step = 10_000;
    for (; filled < count; filled += step) {
      const keys = Uint32Array.from({ length: step }, (_, i) => filled + i);
      map.batch.updateFrom(keys, new BigUint64Array(step).fill(7n));
    }
  };
  const nothing: Disposable = { [Symbol.dispose]: () => undefined };
  const expectAll = (seen: number, count: number): Disposable => {
    if (seen !== count) throw new Error(`${seen} of ${count} entries were read`);
    return nothing;
  };
  const iterated: Sample[] = [];
  const read: Sample[] = [];
  for (const count of counts) {
    fill(count);
    iterated.push(
      await sample(count, () => {
        let seen = 0;
        for (const [, value] of map) if (value === 7n) seen++;
        return expectAll(seen, count);
      }),
    );
    const keys = new Uint32Array(count);
    const values = new BigUint64Array(count);
    read.push(await sample(count, () => expectAll(map.batch.lookupInto(keys, values), count)));
  }
  return [scaleOf("map entries: iterate", iterated), scaleOf("map entries: batch.lookupInto", read)];
}

/** One reader for each ring; all readers have one poller. A record goes into every ring. */
export async function rings(): Promise<Scale> {
  const RECORDS = 256;
  return await scale("rings: 256 records each, read", [1, 8, 64], async (count) => {
    const spec = CollectionSpec.create({
      license: "GPL",
      maps: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`ring_${i}`, { type: "ringbuf", maxEntries: 8192 }]),
      ),
      programs: {
        send: {
          section: "syscall",
          instructions: [
            asm.store("u64", asm.fp, -8, 1),
            ...Array.from({ length: count }, (_, i) => [
              asm.loadMap(asm.r1, `ring_${i}`),
              asm.mov(asm.r2, asm.fp),
              asm.add(asm.r2, -8),
              asm.mov(asm.r3, 8),
              asm.mov(asm.r4, 0),
              asm.call("ringbuf_output"),
            ]).flat(),
            ...returnZero(),
          ],
        },
      },
    });
    const collection = spec.loadSync();
    const readers = Object.keys(collection.maps).map(
      (name) => new RingBuf(collection.map(name, RingBufMap<bigint>)),
    );
    const all = new Promise<void>((resolve) => {
      let left = RECORDS * count;
      for (const reader of readers)
        void reader.forEach(() => {
          if (--left === 0) resolve();
        });
    });
    for (let i = 0; i < RECORDS; i++) collection.program("send").testRunSync();
    await all;
    return closing([...readers, collection]);
  });
}

/** Threads that import the package, create a map, and wait. */
export function workers(): Promise<Scale> {
  const code = `const { parentPort } = require("node:worker_threads");
import(${JSON.stringify(entry)}).then(({ Map }) => {
  const map = Map.create({ type: "array", value: "u64", maxEntries: 1 });
  parentPort.on("message", () => { map.close(); parentPort.close(); });
  parentPort.postMessage(map.get(0));
});`;
  return scale("workers with a map", [1, 10, 100], async (count) => {
    const all = Array.from({ length: count }, () => new Worker(code, { eval: true }));
    await Promise.all(all.map((worker) => once(worker, "message")));
    return closing(
      all.map((worker) => ({
        [Symbol.dispose]: () => worker.postMessage("end"),
      })),
    );
  });
}
