// Reads a ring buffer whose consumer position another process overwrites: argv is the first seed and the seconds.
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { RingBuf } from "../../../../lib/index.ts";
import { type Event, Sender } from "../../../../test/events/sender.ts";
import { whileScribbled } from "./scribbler.ts";

const pin = `/sys/fs/bpf/ebpf-scribble-${process.pid}`;
const sender = new Sender();
sender.map().pin(pin);
try {
  await whileScribbled(
    (seconds) => ["ring", pin, seconds],
    async (counts, hasEnded) => {
      using ring = new RingBuf<Event>(sender.map());
      counts.opened++;
      for (let i = 0; i < 200 && !hasEnded(); i++) {
        sender.send(20);
        counts.records += ring.consume().length;
        if (i % 50 === 0) await setTimeout(1);
      }
    },
  );
} finally {
  rmSync(pin, { force: true });
  sender[Symbol.dispose]();
}
