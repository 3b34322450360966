// Sends records from a worker, reads them in the same worker, and reports them to the parent.
import { parentPort } from "node:worker_threads";
import { RingBuf } from "../../../lib/index.ts";
import { type Event, Sender, sequences } from "../sender.ts";

using sender = new Sender();
using ring = new RingBuf<Event>(sender.map());
setTimeout(() => sender.send(5), 5);
const got: Event[] = [];
for await (const event of ring) if (got.push(event) === 5) break;
parentPort?.postMessage(sequences(got));
