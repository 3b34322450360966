// The cost of a record of a perf buffer, from full rings and while another core sends.
import { type Collection, CollectionSpec, PerfBuf, type Program } from "../../../lib/index.ts";
import type { Row } from "../report.ts";
import type { GoProgram } from "./go.ts";
import { inTime } from "./in-time.ts";
import { Peer } from "./peer.ts";
import { type Event, produce, readingTime } from "./reader.ts";

const PAGE = 4096;
const SIZES = [64, 1024];
// The maximum number of records per run of the program.
const MOST = 1000;

/** The rings of one phase, in pages for each CPU, and how many records wake the reader. */
interface Rings {
  pages: number;
  wakeupEvents: number;
}
// As large as the ring buffer of drain.ts, and read as often in a row. Nobody waits for a wake-up, and each costs the sender
// an interrupt.
const DRAIN: Rings = { pages: 1024, wakeupEvents: 1000 };
const DRAIN_ROUNDS = 8;
const DRAIN_TIMES = 24;
// Space for 80 ms of the largest records, because a reader can be delayed.
const LIVE: Rings = { pages: 4096, wakeupEvents: 1 };
const LIVE_ROUNDS = 5;
// 200,000 records a second.
const RUN = { times: 200, count: 200, apart: 1000 };
const RECORDS = RUN.times * RUN.count;

/** The longest time in milliseconds for the rounds of one phase. A slow machine makes fewer rounds. */
const PHASE = 12_000;
const LEAST_ROUNDS = 3;

function* rounds(most: number): Generator<number> {
  const end = performance.now() + PHASE;
  for (let round = 0; round < most; round++) {
    if (round >= LEAST_ROUNDS && performance.now() > end) return;
    yield round;
  }
}

/** Nanoseconds per record by contestant. */
type Costs = Record<string, number>;
type Peers = Record<string, Peer>;

export async function benchPerf(object: string, c: string, go: GoProgram, producer: string): Promise<Row[]> {
  const rows: Row[] = [];
  const phase = async (rings: Rings, measure: (ours: Ours, peers: Peers) => Promise<Row[]>) => {
    const args = [object, String(rings.pages), String(rings.wakeupEvents)];
    const peers: Peers = { C: new Peer(c, args) };
    if ("program" in go) peers["Go's ReadInto"] = new Peer(go.program, args);
    const ours = new Ours(object, rings);
    try {
      rows.push(...(await measure(ours, peers)));
    } finally {
      ours.close();
      for (const peer of Object.values(peers)) await peer.end();
    }
  };
  for (const size of SIZES) await phase(DRAIN, (ours, peers) => drain(ours, peers, size));
  for (const size of SIZES) await phase(LIVE, (ours, peers) => follow(ours, peers, producer, size));
  return rows;
}

async function drain(ours: Ours, peers: Peers, size: number): Promise<Row[]> {
  const best: Costs = {};
  // Records have a header of 12 bytes. Not quite full: the last record must fit.
  const count = Math.floor((DRAIN.pages * PAGE * 0.9) / (size + 16));
  const contestants: Record<string, () => number | Promise<number>> = {
    views: () => ours.drain(count, size),
    objects: () => ours.consume(count, size),
  };
  for (const [name, peer] of Object.entries(peers))
    contestants[name] = async () => {
      for (const part of parts(count)) await peer.ask(`send ${part} ${size}`);
      return Number(await peer.ask(`drain ${count}`));
    };
  for (const _ of rounds(DRAIN_ROUNDS))
    for (const [name, read] of Object.entries(contestants))
      for (let time = 0; time < DRAIN_TIMES; time++) keep(best, name, await read());
  const row = (what: string, way: string, peer: string, limit: number): Row[] => {
    const theirs = best[peer];
    return theirs === undefined
      ? []
      : [{ what: `perf, ${size} bytes: ${what}`, ours: best[way] as number, theirs, peer, limit }];
  };
  return [
    ...row("views by drain", "views", "C", 1.5),
    ...row("views by drain", "views", "Go's ReadInto", 1),
    ...row("objects by consume", "objects", "Go's ReadInto", Number.POSITIVE_INFINITY),
  ];
}

async function follow(ours: Ours, peers: Peers, producer: string, size: number): Promise<Row[]> {
  const best: Costs = {};
  for (const _ of rounds(LIVE_ROUNDS)) {
    for (const [name, peer] of Object.entries(peers)) {
      await produce(producer, Number(await peer.ask(`follow ${RECORDS}`)), { ...RUN, size });
      keep(best, name, Number(await inTime(peer.answer())));
    }
    keep(best, "ours", await ours.follow(producer, size));
  }
  return Object.keys(peers).map((peer) => ({
    what: `perf, ${size} bytes: views, as they come`,
    ours: best["ours"] as number,
    theirs: best[peer] as number,
    peer,
    limit: 1.5,
  }));
}

class Ours {
  readonly #collection: Collection;
  readonly #buffer: PerfBuf<Event>;
  readonly #send: Program<"raw-tracepoint">;

  constructor(object: string, { pages, wakeupEvents }: Rings) {
    this.#collection = CollectionSpec.fromFile(object).loadSync();
    const { events } = this.#collection.maps;
    if (events === undefined) throw new Error("perf.bpf.c has no map of events");
    this.#buffer = new PerfBuf<Event>(events, { type: "event", bytesPerCpu: pages * PAGE, wakeupEvents });
    this.#send = this.#collection.programs["send"] as Program<"raw-tracepoint">;
  }

  drain(count: number, size: number): number {
    let sum = 0;
    return this.#time(count, size, () => {
      const seen = this.#buffer.drain((event) => {
        if (event === undefined) throw new Error("records were lost");
        sum += event.pid + event.cpu;
      });
      return sum === 0 ? 0 : seen;
    });
  }

  consume(count: number, size: number): number {
    return this.#time(count, size, () => {
      let seen = 0;
      let sum = 0;
      for (const event of this.#buffer.consume()) {
        if (event.type === "lost") throw new Error("records were lost");
        sum += event.value.pid + event.value.cpu;
        seen++;
      }
      return sum === 0 ? 0 : seen;
    });
  }

  /** Nanoseconds per record. */
  #time(count: number, size: number, read: () => number): number {
    for (const part of parts(count))
      this.#send.testRunSync({ context: [BigInt(part) | (BigInt(size) << 32n)] });
    const start = process.hrtime.bigint();
    const seen = read();
    const spent = Number(process.hrtime.bigint() - start);
    if (seen !== count) throw new Error(`${seen} of ${count} records were read`);
    return spent / count;
  }

  /** Nanoseconds of the processor per record. */
  async follow(producer: string, size: number): Promise<number> {
    const stop = new AbortController();
    let left = RECORDS;
    let sum = 0;
    const reading = this.#buffer
      .forEach(
        (event) => {
          if (event === undefined) throw new Error("records were lost");
          sum += event.pid + event.cpu;
          if (--left === 0) stop.abort();
        },
        { signal: stop.signal },
      )
      .catch((error) => {
        if (!stop.signal.aborted) throw error;
      });
    const time = await readingTime(() => produce(producer, this.#send.info().id, { ...RUN, size }), reading);
    if (sum !== RUN.times * ((RUN.count * (RUN.count - 1)) / 2 + RUN.count))
      throw new Error("other records than those sent were read");
    return time / RECORDS;
  }

  close(): void {
    this.#buffer.close();
    this.#collection.close();
  }
}

function keep(best: Costs, name: string, cost: number): void {
  best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, cost);
}

function parts(count: number): number[] {
  const whole = new Array<number>(Math.floor(count / MOST)).fill(MOST);
  return count % MOST === 0 ? whole : [...whole, count % MOST];
}
