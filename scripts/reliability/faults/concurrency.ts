// Workers and the main thread on one map, on one ring, and on each other's links and pins. Each line says how one ended.
import { once } from "node:events";
import { isMainThread, parentPort, type Worker } from "node:worker_threads";
import {
  BpfMap,
  CollectionSpec,
  EbpfError,
  type HashMap,
  InvalidArgumentError,
  Link,
  link,
  type Program,
  RingBuf,
} from "../../../lib/index.ts";
import { Sender } from "../../../test/events/sender.ts";
import { loadAlone } from "../../../test/support/link.ts";
import { testObject } from "../../../test/support/objects.ts";
import { scriptWorker } from "../../../test/support/script.ts";

type Numbers = HashMap<number, bigint>;

const workers = 4;
const keys = 2000;
const loads = 12;
const batches = 300;
const perBatch = 20;
const types = { key: "u32", value: "u64" } as const;

interface Order {
  readonly work: keyof typeof inWorker;
  readonly index: number;
  readonly fd: number;
}

interface Answer {
  readonly result?: unknown;
  /** An error, with its code if it is one of the package. */
  readonly error?: string;
  readonly code?: string | undefined;
}

const port = parentPort as NonNullable<typeof parentPort>;

const inWorker = {
  /** Writes keys of its own while the others write theirs, and removes every second one. */
  map({ index, fd }: Order): number {
    using map = BpfMap.fromFd(fd, types) as unknown as Numbers;
    let seen = 0;
    for (let key = index; key < workers * keys; key += workers) {
      map.set(key, BigInt(key));
      if (map.get(key) !== BigInt(key)) throw new Error(`key ${key} has another value`);
      if (key % 200 === index) for (const [, value] of map.entries()) seen += value >= 0n ? 1 : 0;
      if (key % 500 === index) for (const [found, value] of map.batch.lookup()) check(found, value);
      if ((key - index) % (2 * workers) !== 0) map.delete(key);
    }
    return seen;
  },
  /** Reads the ring whenever no other worker does, until it receives a stop message. */
  async ring({ fd }: Order): Promise<{ seen: number[]; refused: number }> {
    const seen: number[] = [];
    let refused = 0;
    let stopped = false;
    port.once("message", () => {
      stopped = true;
    });
    using map = BpfMap.fromFd(fd) as BpfMap;
    do {
      await new Promise((resolve) => setImmediate(resolve));
      try {
        readOnce(map, seen);
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        refused++;
      }
    } while (!stopped);
    return { seen, refused };
  },
  async load(): Promise<number> {
    const spec = CollectionSpec.fromFile(testObject("program_run"));
    for (let i = 0; i < loads; i++) {
      const coll = i % 2 === 0 ? await spec.load() : spec.loadSync();
      coll.close();
    }
    return loads;
  },
  /** Attaches, says which link it is, and closes it when the main thread has detached it. */
  async link(): Promise<string> {
    const { coll } = loadAlone("link_net", "on_tcx_ingress");
    const attached = link.tcx(coll.programs["on_tcx_ingress"] as Program<"sched-cls">, {
      interface: "lo",
      direction: "ingress",
    });
    port.postMessage({ id: attached.id });
    await once(port, "message");
    attached.close();
    coll.close();
    return "closed";
  },
};

// A function of its own: esbuild, which tsx runs, keeps the error of a block with "using" for the next round of a loop.
function readOnce(map: BpfMap, seen: number[]): void {
  using ring = new RingBuf<Uint8Array>(map);
  for (const bytes of ring.consume())
    seen.push(Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)));
}

function check(key: number, value: bigint): void {
  if (value !== BigInt(key)) throw new Error(`key ${key} has the value ${value}`);
}

const started: Worker[] = [];

/** Sends a job to each worker, and returns the results. */
async function order(work: Order["work"], fd = -1): Promise<Answer[]> {
  const answers = started.map(async (worker) => {
    for (;;) {
      const [message] = (await once(worker, "message")) as [Answer];
      if ("result" in message || "error" in message) return message;
    }
  });
  started.forEach((worker, index) => {
    worker.postMessage({ work, index, fd });
  });
  return Promise.all(answers);
}

function resultOf<T>({ result, error }: Answer): T {
  if (error !== undefined) throw new Error(`in a worker: ${error}`);
  return result as T;
}

async function report(what: string, work: () => Promise<string>): Promise<void> {
  try {
    console.log(JSON.stringify({ what, outcome: await work() }));
  } catch (error) {
    console.log(JSON.stringify({ what, fault: `${(error as Error).stack}` }));
  }
}

async function oneMap(): Promise<string> {
  using map = BpfMap.create({ type: "hash", ...types, maxEntries: 2 * workers * keys });
  const numbers = map as unknown as Numbers;
  for (const answer of await order("map", map.fd)) resultOf(answer);
  let left = 0;
  for (const [key, value] of numbers.entries()) {
    check(key, value);
    left++;
  }
  if (left !== (workers * keys) / 2) throw new Error(`${left} entries are left`);
  return `${left} entries of ${workers} workers are left, as they have to be`;
}

async function oneRing(): Promise<string> {
  using sender = new Sender();
  const all = order("ring", sender.map().fd);
  for (let i = 0; i < batches; i++) {
    sender.send(perBatch);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  using map = sender.map().clone();
  const rest: number[] = [];
  for (const worker of started) worker.postMessage("stop");
  const ended = (await all).map(resultOf<{ seen: number[]; refused: number }>);
  readOnce(map as BpfMap, rest);
  const seen = [...ended.flatMap((each) => each.seen), ...rest].sort((a, b) => a - b);
  const sent = batches * perBatch - Number(sender.dropped);
  if (seen.length !== sent || seen.some((sequence, i) => sequence !== i))
    throw new Error(`${seen.length} records were seen, ${new Set(seen).size} different ones, of ${sent}`);
  const refused = ended.reduce((sum, each) => sum + each.refused, 0);
  const shares = ended.map((each) => each.seen.length).join(", ");
  return `${sent} records, each seen once, by the workers ${shares}; ${refused} times another one read`;
}

async function parallelLoads(): Promise<string> {
  const counts = (await order("load")).map(resultOf<number>);
  return `${counts.reduce((sum, count) => sum + count, 0)} in ${workers} workers`;
}

/** The main thread detaches the links of the workers, and closes the map that they use. */
async function othersWork(): Promise<string> {
  const attached = started.map((worker) => once(worker, "message"));
  const ended = order("link");
  for (const [index, next] of attached.entries()) {
    const [{ id, error }] = await next;
    if (error !== undefined) throw new Error(error);
    Link.fromId(id).detach();
    started[index]?.postMessage("close");
  }
  for (const answer of await ended) resultOf(answer);
  const map = BpfMap.create({ type: "hash", ...types, maxEntries: 2 * workers * keys });
  const answers = order("map", map.fd);
  map.close();
  // Those that had opened it have a descriptor of their own; the others get an error.
  const outcomes = (await answers).map(({ error, code }) => (error === undefined ? "done" : (code ?? error)));
  const wrong = outcomes.filter((outcome) => outcome !== "done" && !outcome.startsWith("ERR_EBPF_"));
  if (wrong.length > 0) throw new Error(`workers whose descriptor was closed: ${wrong.join("\n")}`);
  return `links detached and closed; workers on the closed map: ${outcomes.join(", ")}`;
}

if (isMainThread) {
  for (let i = 0; i < workers; i++) started.push(scriptWorker(import.meta.filename));
  await Promise.all(started.map((worker) => once(worker, "message")));
  await report("several workers write one map", oneMap);
  await report("several workers read one ring", oneRing);
  await report("objects are loaded in parallel", parallelLoads);
  await report("the main thread detaches and closes what workers use", othersWork);
  process.exit(0);
} else {
  port.postMessage("ready");
  for (;;) {
    const [asked] = (await once(port, "message")) as [Order];
    try {
      const work = inWorker[asked.work] as (order: Order) => unknown;
      port.postMessage({ result: await work(asked) });
    } catch (error) {
      const code = error instanceof EbpfError ? error.code : undefined;
      port.postMessage({ error: `${(error as Error).stack}`, code });
    }
  }
}
