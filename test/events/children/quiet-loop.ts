// Reads in a process whose event loop has nothing else to do, which therefore sleeps if a reader forgets to go on.
import { CollectionSpec, PerfBuf, type Program, RingBuf } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";
import { Sender } from "../sender.ts";

// Keeps the process alive for readers that do not, and ends it if one of them sleeps.
const limit = setTimeout(() => process.exit(1), 20_000);

const coll = CollectionSpec.fromFile(testObject("events/perf")).loadSync();
const samples = coll.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0];
const send = coll.programs["send"] as Program<"raw-tracepoint">;
let reopened = 0;
for (; reopened < 12; reopened++) {
  const perf = new PerfBuf(samples, { type: "sample" });
  const next = perf.values().next();
  send.testRunSync({ context: [1n], cpu: 0 });
  await next;
  perf.close();
}

const sender = new Sender();
const ring = new RingBuf(sender.map(), { budget: 0 }).unref();
sender.send(300);
let unreferenced = 0;
for await (const _ of ring) if (++unreferenced === 300) break;

console.log(JSON.stringify({ reopened, unreferenced }));
clearTimeout(limit);
ring.close();
