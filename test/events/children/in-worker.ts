// Reads in a worker what the worker has the kernel send, and tells whoever made the worker.
import { parentPort } from "node:worker_threads";
import { RingBuf } from "../../../lib/index.ts";
import { type Event, Sender, sequences } from "../sender.ts";

using sender = new Sender();
using ring = new RingBuf<Event>(sender.map());
setTimeout(() => sender.send(5), 5);
const got: Event[] = [];
for await (const event of ring) if (got.push(event) === 5) break;
parentPort?.postMessage(sequences(got));
