import { expect, test } from "vitest";
import { CollectionSpec, RingBuf, type RingBufMap } from "../../lib/index.ts";
import { kill } from "../support/link.ts";
import { testObject } from "../support/objects.ts";

interface Event {
  sequence: bigint;
  comm: string;
}

test("records of an attached program arrive, both from before and from after the wait begins", async () => {
  using coll = await CollectionSpec.fromFile(testObject("events/ring_tracepoint")).load();
  const { pid } = coll.variables;
  if (pid) pid.value = process.pid;
  coll.attach();
  using events = new RingBuf<Event>(coll.maps["events"] as unknown as RingBufMap<Event>);
  kill(3);
  const seen: bigint[] = [];
  for await (const event of events) {
    seen.push(event.sequence);
    expect(event.comm.length).toBeGreaterThan(0);
    if (seen.length === 3) setTimeout(() => kill(2), 50);
    if (seen.length === 5) break;
  }
  expect(seen).toEqual([0n, 1n, 2n, 3n, 4n]);
});
