// Writes to a user ring buffer whose producer position and records another process overwrites, while a program reads it:
// argv is the first seed and the seconds.
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { CollectionSpec, EbpfError, type Program, UserRingBuf } from "../../../../lib/index.ts";
import { testObject } from "../../../../test/support/objects.ts";
import { whileScribbled } from "./scribbler.ts";

interface Order {
  number: bigint;
  name: string;
}

const pin = `/sys/fs/bpf/ebpf-scribble-user-${process.pid}`;
using coll = CollectionSpec.fromFile(testObject("events/user_ring")).loadSync();
const map = coll.maps["orders"] as ConstructorParameters<typeof UserRingBuf>[0] & {
  pin(path: string): void;
  maxEntries: number;
};
const drain = coll.programs["drain"] as Program<"syscall">;
map.pin(pin);
try {
  await whileScribbled(
    (seconds) => ["user-ring", pin, seconds, `${map.maxEntries}`],
    async (counts, hasEnded) => {
      using ring = new UserRingBuf<Order>(map);
      counts.opened++;
      for (let i = 0; i < 200 && !hasEnded(); i++) {
        try {
          ring.write({ number: 1n, name: "n" });
          const slot = ring.reserve();
          slot.bytes.fill(i);
          if (i % 2 === 0) slot.submit();
          else slot.discard();
          counts.records += 2;
        } catch (error) {
          if (!(error instanceof EbpfError)) throw error;
          // Full, by what the kernel or the other process says.
          counts.refused++;
        }
        drain.testRunSync();
        if (i % 50 === 0) await setTimeout(1);
      }
    },
  );
} finally {
  rmSync(pin, { force: true });
}
