// Reports every program that is started, until Ctrl-C or for --seconds N. A process called NAME is marked.
import { parseArgs } from "node:util";
import { RingBuf, untilInterrupted } from "ebpf";
import { loadKprobeSpec } from "./kprobe.bpf.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" } },
});
const [suspect = "suspicious"] = positionals;
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (seconds !== undefined && !(seconds > 0))
  throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

const signal = untilInterrupted({ timeout: seconds && seconds * 1000 });

const spec = loadKprobeSpec();
spec.variables.suspect.value = suspect;

using kprobe = await spec.load();
using events = new RingBuf(kprobe.maps.events);
kprobe.attach();
console.log(`Watching program starts; those by "${suspect}" are marked. Ctrl-C stops.`);

for await (const { timestamp, pid, comm, suspicious } of events.values({ signal })) {
  const at = (Number(timestamp) / 1e9).toFixed(6);
  console.log(`${at}  ${String(pid).padStart(7)}  ${comm}${suspicious ? "  SUSPICIOUS" : ""}`);
}
// Leaving the block closes the ring and the collection: the probe is removed.
