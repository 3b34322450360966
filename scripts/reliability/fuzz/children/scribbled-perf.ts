// Reads perf rings whose positions another process overwrites: argv is the first seed and the seconds.
import { setTimeout } from "node:timers/promises";
import { CollectionSpec, PerfBuf, type Program } from "../../../../lib/index.ts";
import { testObject } from "../../../../test/support/objects.ts";
import { whileScribbled } from "./scribbler.ts";

const bytesPerCpu = 8192;
using coll = CollectionSpec.fromFile(testObject("events/perf")).loadSync();
const map = coll.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0];
const program = coll.programs["send"] as Program<"raw-tracepoint">;

await whileScribbled(
  (seconds) => ["perf", `${process.pid}`, seconds, `${bytesPerCpu}`],
  async (counts, hasEnded) => {
    using perf = new PerfBuf(map, { type: "sample", bytesPerCpu });
    counts.opened++;
    for (let i = 0; i < 200 && !hasEnded(); i++) {
      program.testRunSync({ context: [20n], cpu: 0 });
      if (i % 3 === 0) counts.records += perf.consume().length;
      else if (i % 3 === 1) counts.records += perf.drain(() => {});
      else if (perf.statistics().available > 0) {
        const iterator = perf.values();
        const { done } = await iterator.next();
        if (!done) counts.records++;
        await iterator.return?.();
      }
      if (i % 50 === 0) await setTimeout(1);
    }
  },
);
