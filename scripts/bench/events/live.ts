// The processor time of a record while another core sends, including wake-up and sleep.
import type { Row } from "../report.ts";
import type { GoPeer } from "./go.ts";
import { inTime } from "./in-time.ts";
import { Peer } from "./peer.ts";
import { produce, Reader, readingTime } from "./reader.ts";

// Room for 32 ms of the largest, in case that a reader does not run at once.
const BYTES = 64 * 1024 * 1024;
const SIZES = [64, 256, 1024, 2048];
const ROUNDS = 5;
// A million records a second.
const RUN = { times: 3000, count: 200, apart: 200 };
const RECORDS = RUN.times * RUN.count;

export async function benchLive(object: string, c: string, go: GoPeer, producer: string): Promise<Row[]> {
  const peers: Record<string, Peer> = { C: new Peer(c, [object, String(BYTES)]) };
  if ("program" in go) peers["Go's ReadInto"] = new Peer(go.program, [object, String(BYTES)]);
  const reader = new Reader(object, BYTES);
  const rows: Row[] = [];
  try {
    for (const size of SIZES) {
      const best: Record<string, number> = {};
      const keep = (name: string, cost: number): void => {
        best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, cost);
      };
      for (let round = 0; round < ROUNDS; round++) {
        for (const [name, peer] of Object.entries(peers)) {
          await produce(producer, Number(await peer.ask(`follow ${RECORDS}`)), { ...RUN, size });
          keep(name, Number(await inTime(peer.answer())));
        }
        keep("ours", await follow(reader, producer, size));
      }
      for (const peer of Object.keys(peers))
        rows.push({
          what: `ring, ${size} bytes: views, as they come`,
          ours: best["ours"] as number,
          theirs: best[peer] as number,
          peer,
          limit: peer === "C" ? 1.4 : 1,
        });
    }
  } finally {
    reader.close();
    for (const peer of Object.values(peers)) await peer.end();
  }
  return rows;
}

/** Nanoseconds per record. */
async function follow(reader: Reader, producer: string, size: number): Promise<number> {
  const stop = new AbortController();
  let sum = 0;
  let left = RECORDS;
  const reading = reader.ring
    .forEach(
      ({ pid, cpu }) => {
        sum += pid + cpu;
        if (--left === 0) stop.abort();
      },
      { signal: stop.signal },
    )
    .catch(() => {});
  const send = () => produce(producer, reader.senderId("stream"), { ...RUN, size });
  const time = await readingTime(send, reading);
  if (sum !== RUN.times * ((RUN.count * (RUN.count - 1)) / 2 + RUN.count))
    throw new Error("something was lost");
  return time / RECORDS;
}
