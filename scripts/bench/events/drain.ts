// The cost of a record from a full ring, for each way of reading.
import { setImmediate } from "node:timers/promises";
import type { Row } from "../report.ts";
import type { GoPeer } from "./go.ts";
import { Peer } from "./peer.ts";
import { type Event, Reader } from "./reader.ts";

const BYTES = 4 * 1024 * 1024;
const ROUNDS = 8;
// The first reading after another reader's turn has cold caches.
const TIMES = 24;
const SIZES = [64, 256, 1024, 2048];

const WAYS = ["views", "drain", "batches", "consume", "values"] as const;

type Way = (typeof WAYS)[number];
type Costs = Record<string, number>;

export async function benchDrain(object: string, c: string, go: GoPeer): Promise<Row[]> {
  const args = [object, String(BYTES)];
  const peers: Peer[] = [];
  const contestants: Record<string, (size: number) => Promise<number>> = {};
  const enter = (program: string, ways: Record<string, string>): void => {
    const peer = new Peer(program, args);
    peers.push(peer);
    for (const [name, command] of Object.entries(ways))
      contestants[name] = async (size) => Number(await peer.ask(`${command} ${size}`));
  };
  enter(c, { callback: "drain" });
  if ("program" in go) enter(go.program, { into: "into", read: "read" });
  // A reader of Go's remembers where it is: leases have a ring of their own.
  if ("program" in go && go.hasLease) enter(go.program, { lease: "lease" });
  const ours = new Ours(object);
  for (const way of WAYS) contestants[way] = (size) => ours.time(way, size);
  const rows: Row[] = [];
  try {
    for (const size of SIZES) {
      const best: Costs = {};
      const keep = (name: string, cost: number): void => {
        best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, cost);
      };
      for (let round = 0; round < ROUNDS; round++) {
        for (const [name, drain] of Object.entries(contestants))
          for (let time = 0; time < TIMES; time++) keep(name, await drain(size));
      }
      rows.push(...compare(size, best));
    }
  } finally {
    ours.close();
    for (const peer of peers) await peer.end();
  }
  return rows;
}

function compare(size: number, best: Costs): Row[] {
  const cost = (name: string): number => best[name] as number;
  const rows: Row[] = [];
  const row = (what: string, way: string, peer: string, theirs: string, limit: number): void => {
    if (best[theirs] === undefined) return;
    rows.push({ what: `ring, ${size} bytes: ${what}`, ours: cost(way), theirs: cost(theirs), peer, limit });
  };
  const large = size >= 1024;
  // Without Go's lease: the ratio of the prototype to C.
  row("views", "views", "C", "callback", best["lease"] === undefined ? 3.3 : Number.POSITIVE_INFINITY);
  row("views", "views", "Go's lease", "lease", large ? 1 : 2);
  row("views by drain", "drain", "Go's lease", "lease", large ? 1 : 2);
  row("views", "views", "Go's ReadInto", "into", 1);
  row("objects in batches", "batches", "Go's binary.Read", "read", 1 / 3);
  row("objects by consume", "consume", "Go's binary.Read", "read", 1 / 3);
  row("objects one by one", "values", "Go's binary.Read", "read", Number.POSITIVE_INFINITY);
  return rows;
}

class Ours {
  readonly #reader: Reader;
  readonly #result: () => number;
  readonly #ways: Record<Way, (count: number) => void | Promise<void>>;

  constructor(object: string) {
    this.#reader = new Reader(object, BYTES);
    const { ring } = this.#reader;
    const add = ({ pid, cpu }: Event): void => {
      sum += pid + cpu;
    };
    let sum = 0;
    const view = (event: Event): void => {
      sum += event.pid + event.cpu;
    };
    // For whom a budget of milliseconds is not enough.
    const rest = async (count: number): Promise<void> => {
      while (sum < sumOf(count)) await setImmediate();
    };
    // Records of `fill` cause no wake-up: the reader waits until the ring is flushed.
    void ring.forEach(view);
    this.#ways = {
      views(count) {
        ring.flush();
        return sum < sumOf(count) ? rest(count) : undefined;
      },
      drain() {
        ring.drain(view);
      },
      async batches(count) {
        let left = count;
        for await (const batch of ring.batches()) {
          for (const event of batch) add(event);
          left -= batch.length;
          if (left === 0) break;
        }
      },
      consume() {
        for (const event of ring.consume()) add(event);
      },
      async values(count) {
        let left = count;
        for await (const event of ring) {
          add(event);
          if (--left === 0) break;
        }
      },
    };
    this.#result = () => {
      const result = sum;
      sum = 0;
      return result;
    };
  }

  /** Nanoseconds per record. */
  async time(way: Way, size: number): Promise<number> {
    const count = Math.floor(BYTES / (size + 8));
    this.#reader.fill(count, size);
    const start = process.hrtime.bigint();
    // Nothing that a way does not wait for itself is to be waited for.
    const under = this.#ways[way](count);
    if (under !== undefined) await under;
    const spent = Number(process.hrtime.bigint() - start);
    if (this.#result() !== sumOf(count)) throw new Error(`${way} lost something`);
    return spent / count;
  }

  close(): void {
    this.#reader.close();
  }
}

/** Of the numbers in so many records. */
function sumOf(count: number): number {
  return (count * (count - 1)) / 2 + count;
}
