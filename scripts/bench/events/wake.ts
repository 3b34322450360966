// The time from the kernel's submit to the handler of an idle reader.
import type { Row } from "../report.ts";
import type { GoPeer } from "./go.ts";
import { Peer } from "./peer.ts";
import { produce, Reader } from "./reader.ts";

const BYTES = 1024 * 1024;
const ROUNDS = 7;
const RECORDS = 500;
// Microseconds: long enough to fall asleep.
const APART = 1000;

export async function benchWake(object: string, c: string, go: GoPeer, producer: string): Promise<Row[]> {
  const send = (id: number): Promise<void> =>
    produce(producer, id, { times: RECORDS, count: 1, apart: APART });
  const peers: Record<string, Peer> = { C: new Peer(c, [object, String(BYTES)]) };
  if ("program" in go) peers["Go"] = new Peer(go.program, [object, String(BYTES)]);
  const ours = new Reader(object, BYTES);
  const best: Record<string, number> = {};
  const keep = (name: string, late: number[]): void => {
    const middle = late.sort((a, b) => a - b)[late.length >> 1] as number;
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, middle);
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, peer] of Object.entries(peers)) {
        await send(Number(await peer.ask(`wait ${RECORDS}`)));
        keep(name, (await peer.answer()).trim().split(" ").map(Number));
      }
      const late: number[] = [];
      const stop = new AbortController();
      const reading = ours.ring.forEach(
        ({ time }) => {
          late.push(Number(process.hrtime.bigint() - time));
          if (late.length === RECORDS) stop.abort();
        },
        { signal: stop.signal },
      );
      await Promise.all([send(ours.senderId("send")), reading.catch(() => {})]);
      keep("ours", late);
    }
  } finally {
    ours.close();
    for (const peer of Object.values(peers)) await peer.end();
  }
  const row = (theirs: string, limit: number): Row => ({
    what: "ring: wake-up, p50",
    ours: best["ours"] as number,
    theirs: best[theirs] as number,
    peer: theirs,
    limit,
  });
  return [row("C", 2), ...("Go" in peers ? [row("Go", Number.POSITIVE_INFINITY)] : [])];
}
