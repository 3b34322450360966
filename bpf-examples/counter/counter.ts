// Shows how many programs are started, every second, until Ctrl-C or for --seconds N.
import { setInterval } from "node:timers/promises";
import { parseArgs } from "node:util";
import { loadCounter } from "./counter.bpf.ts";

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());

using counter = await loadCounter();
counter.attach();
console.log("Counting execve calls: start any program in another terminal. Ctrl-C stops.");

let elapsed = 0;
try {
  for await (const _ of setInterval(1000, undefined, { signal: stop.signal })) {
    console.log(`execve calls: ${counter.maps.counter_map.get(0)}`);
    if (++elapsed >= seconds) break;
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
// Leaving the block closes the collection: the program is detached, and the kernel frees it and its map.
