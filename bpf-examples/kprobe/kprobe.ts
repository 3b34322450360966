// Reports every program that is started, until Ctrl-C or for --seconds N. A process called NAME is marked.
import { parseArgs } from "node:util";
import { RingBuf } from "ebpf";
import { loadKprobeSpec } from "./kprobe.bpf.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" } },
});
const [suspect = "suspicious"] = positionals;
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (seconds !== undefined && !(seconds > 0))
  throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
if (seconds !== undefined) setTimeout(() => stop.abort(), seconds * 1000).unref();

const spec = loadKprobeSpec();
spec.variables.suspect.value = suspect;

using kprobe = await spec.load();
using events = new RingBuf(kprobe.maps.events);
kprobe.attach();
console.log(`Watching program starts; those by "${suspect}" are marked. Ctrl-C stops.`);

try {
  for await (const { timestamp, pid, comm, suspicious } of events.values({ signal: stop.signal })) {
    const at = (Number(timestamp) / 1e9).toFixed(6);
    console.log(`${at}  ${String(pid).padStart(7)}  ${comm}${suspicious ? "  SUSPICIOUS" : ""}`);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
// Leaving the block closes the ring and the collection: the probe is removed.
