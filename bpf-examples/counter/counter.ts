// Shows how many programs are started, every second, until Ctrl-C or for --seconds N.
import { parseArgs } from "node:util";
import { every, untilInterrupted } from "ebpf";
import { loadCounter } from "./counter.bpf.ts";

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

// Before anything is attached, so that Ctrl-C at any time detaches it again.
const signal = untilInterrupted();
using counter = await loadCounter();
counter.attach();
console.log("Counting execve calls: start any program in another terminal. Ctrl-C stops.");

for await (const second of every(1000, { signal })) {
  console.log(`execve calls: ${counter.maps.counter_map.get(0)}`);
  if (second >= seconds) break;
}
// Leaving the block closes the collection: the program is detached, and the kernel frees it and its map.
