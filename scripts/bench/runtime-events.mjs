// Delay and throughput of a ring, in one runtime: runtime-events.mjs PACKAGE OBJECT. Prints one line of JSON.
// Plain JavaScript, so that every runtime runs it as it is.
const [, , entry, object] = process.argv;
const { CollectionSpec, RingBuf } = await import(entry);

const coll = CollectionSpec.fromFile(object).loadSync();
const send = (count) => coll.programs.send.testRunSync({ context: { count, flags: 0, discard: 0, size: 0 } });
const ring = new RingBuf(coll.maps.events, { type: "event" });

const delays = [];
const records = ring.values();
for (let i = 0; i < 3000; i++) {
  const next = records.next();
  // Until the reader waits in the kernel.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const sent = performance.now();
  send(1);
  await next;
  if (i >= 1000) delays.push((performance.now() - sent) * 1000);
}
await records.return();
delays.sort((a, b) => a - b);

// As they come: the handler is called by the runtime's event loop.
let seen = 0;
const all = 2_000_000;
const batch = 1000;
const reading = ring.forEach((event) => {
  if (event.sequence >= 0n) seen++;
});
const read = async (count) => {
  const until = seen + count;
  while (seen < until) {
    const goal = seen + batch;
    send(batch);
    while (seen < goal) await new Promise((resolve) => setImmediate(resolve));
  }
};
await read(all / 4);
const begin = performance.now();
await read(all);
const seconds = (performance.now() - begin) / 1000;
ring.close();
await reading;
coll.close();
const { bun, deno, node } = process.versions;
const runtime = bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${node}`;
const p50 = delays[delays.length >> 1];
console.log(JSON.stringify({ runtime, p50: Number(p50.toFixed(1)), perSecond: Math.round(all / seconds) }));
