// Reads the ring of the map whose ID is in argv until it has as many records as argv says. Prints "reading", then their
// sequence numbers.
import { BpfMap, RingBuf, struct } from "../../../lib/index.ts";
import { type Event, sequences } from "../sender.ts";

const [id, count] = process.argv.slice(2).map(Number) as [number, number];
using map = BpfMap.fromId(id);
const event = struct({ sequence: "u64", sent: "u64", comm: "char[16]" });
using ring = new RingBuf<Event>(map, { type: event });
const events: Event[] = [];
const next = ring.values();
const first = next.next();
console.log("reading");
for (let result = await first; !result.done; result = await next.next())
  if (events.push(result.value) === count) break;
console.log(JSON.stringify(sequences(events)));
