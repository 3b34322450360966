// Drops what is not IPv4 on a network interface, until Ctrl-C or for --seconds N.
import { setInterval } from "node:timers/promises";
import { parseArgs } from "node:util";
import { link } from "ebpf";
import { loadXdp } from "./xdp.bpf.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" } },
});
const [interfaceName] = positionals;
if (interfaceName === undefined) throw new Error("Which interface? As in: node xdp.js eth0");
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());

using xdp = await loadXdp();
const { passed, dropped } = xdp.variables;

// Generic mode works on every interface; a driver that can do it is faster with "native".
using _ = link.xdp(xdp.programs.xdp_drop_program, { interface: interfaceName, mode: "generic" });
console.log(`Dropping what is not IPv4 on ${interfaceName}. Ctrl-C stops.`);

let elapsed = 0;
try {
  for await (const _ of setInterval(1000, undefined, { signal: stop.signal })) {
    console.log(`passed: ${passed.value}, dropped: ${dropped.value}`);
    if (++elapsed >= seconds) break;
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
// Leaving the block closes the link, which takes the program off the interface, and the collection.
