// A million records a second for half a minute: no record is lost, the heap does not grow, the event loop keeps running.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { produce, Reader } from "./reader.ts";

const BYTES = 16 * 1024 * 1024;
const SECONDS = 30;
const COUNT = 200;
const APART = 200;

/** Prints what happened, and says whether it was good. */
export async function benchFlood(object: string, producer: string): Promise<boolean> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const reader = new Reader(object, BYTES);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let next = 0n;
  let seen = 0;
  let gaps = 0;
  const reading = reader.ring.forEach(({ sequence }) => {
    if (sequence !== next) gaps++;
    next = sequence + 1n;
    seen++;
  });
  const run = { times: (SECONDS * 1e6) / APART, count: COUNT, apart: APART };
  await produce(producer, reader.senderId("send"), { ...run, times: run.times / 10 });
  collect();
  const before = process.memoryUsage();
  seen = 0;
  delay.enable();
  const start = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await produce(producer, reader.senderId("send"), run);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  // The last number sent.
  await new Promise((resolve) => setTimeout(resolve, 100));
  collect();
  const after = process.memoryUsage();
  const dropped = Number(reader.dropped);
  reader.close();
  await reading;
  const p99 = delay.percentile(99) / 1e6;
  const grown = (after.heapUsed - before.heapUsed) / 1024;
  const sent = run.times * run.count;
  const good = seen === sent && dropped === 0 && gaps === 0 && p99 < 10 && grown < 512;
  console.log(
    `${(sent / seconds / 1e6).toFixed(2)} million records a second for ${seconds.toFixed(1)} s: ` +
      `${sent - seen} lost, heap ${grown.toFixed(0)} KiB, event loop delay p50 ${(delay.percentile(50) / 1e6).toFixed(2)} ms, ` +
      `p99 ${p99.toFixed(2)} ms (at most 10), ${(((user + system) / seconds / 1e6) * 100).toFixed(0)}% of a core` +
      (good ? "" : "  NOT GOOD"),
  );
  return good;
}
