// Drops what is not IPv4 on a network interface, until Ctrl-C or for --seconds N.
import { parseArgs } from "node:util";
import { every, link, untilInterrupted } from "ebpf";
import { loadXdp } from "./xdp.bpf.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" } },
});
const [interfaceName] = positionals;
if (interfaceName === undefined) throw new Error("Which interface? As in: node xdp.js eth0");
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

// Before anything is attached, so that Ctrl-C at any time detaches it again.
const signal = untilInterrupted();
using xdp = await loadXdp();
const { passed, dropped } = xdp.variables;

// Generic mode works on every interface; a driver that can do it is faster with "native".
using _ = link.xdp(xdp.programs.xdp_drop_program, { interface: interfaceName, mode: "generic" });
console.log(`Dropping what is not IPv4 on ${interfaceName}. Ctrl-C stops.`);

for await (const second of every(1000, { signal })) {
  console.log(`passed: ${passed.value}, dropped: ${dropped.value}`);
  if (second >= seconds) break;
}
// Leaving the block closes the link, which takes the program off the interface, and the collection.
