// Counts the packets of an interface, at tcx: tcx INTERFACE.
import { every, untilInterrupted } from "ebpf";
import { loadTcx } from "./tcx.bpf.ts";

const [name = "lo"] = process.argv.slice(2);
using tcx = await loadTcx();
const { received, sent } = tcx.variables;
tcx.attach({ count_received: { interface: name }, count_sent: { interface: name } });
console.log(`Counting the packets of ${name}. Ctrl-C stops.`);
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`received: ${received.value}, sent: ${sent.value}`);
