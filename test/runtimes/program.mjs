// Runs on every runtime, in a folder where the packed package is installed: program.mjs OBJECT
// Loads, attaches, reads the map and events, does the same in a worker, and has to end by itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { CollectionSpec, RingBuf } from "ebpf";

const object = isMainThread ? process.argv[2] : workerData;
const coll = await CollectionSpec.fromFile(object).load();
try {
  coll.attach();
  const ring = new RingBuf(coll.maps.events);
  const starting = setTimeout(() => {
    for (let i = 0; i < 3; i++) execFileSync("true");
  }, 50);
  let seen = 0;
  for await (const event of ring) {
    assert.equal(typeof event.number, "bigint");
    assert.ok(event.pid > 0);
    if (++seen === 3) break;
  }
  clearTimeout(starting);
  if (isMainThread) {
    // Node's own loop watches the ring; the others have a thread for it.
    const { bun, deno } = process.versions;
    assert.equal(threadsOf("ebpf-events"), bun || deno ? 1 : 0);
  }
  ring.close();
  assert.ok(coll.maps.counter.get(0) >= 3n);
  // With a ring that stays open, and is waited for when the thread ends.
  if (!isMainThread) {
    void (async () => {
      for await (const _ of new RingBuf(coll.maps.events)) break;
    })().catch(() => {});
  }
} finally {
  if (isMainThread) coll.close();
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: object });
  const [message] = await once(worker, "message");
  assert.equal(message, "done");
  await worker.terminate();
  console.log("ok");
} else {
  const { parentPort } = await import("node:worker_threads");
  parentPort.postMessage("done");
}

function threadsOf(name) {
  const tasks = readdirSync("/proc/self/task");
  return tasks.filter((task) => readFileSync(`/proc/self/task/${task}/comm`, "utf8").trim() === name).length;
}
