// Loads and closes a thousand times, and says how descriptors and memory have grown. The allocator and the JIT take
// what they need in the first six hundred rounds, which are not counted.
import { readdirSync } from "node:fs";
import { CollectionSpec, type Program } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_run"));
const measure = () => {
  (globalThis as unknown as { gc(): void }).gc();
  return { fds: readdirSync("/proc/self/fd").length, memory: process.memoryUsage.rss() };
};

let before = measure();
for (let i = 0; i < 1600; i++) {
  if (i === 600) before = measure();
  const coll = i % 2 === 0 ? spec.loadSync() : await spec.load();
  (coll.programs.swap_first_two as Program<"xdp">).testRunSync({ data: new Uint8Array(64) });
  if (i % 10 === 0) (coll.programs.not_to_be_run as Program).attach().close();
  coll.close();
}
const after = measure();
console.log(JSON.stringify({ fds: after.fds - before.fds, memory: after.memory - before.memory }));
