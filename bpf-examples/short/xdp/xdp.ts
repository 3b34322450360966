// Counts the IPv4 packets of an interface by their sender: xdp INTERFACE.
import { every, untilInterrupted } from "ebpf";
import { loadXdp } from "./xdp.bpf.ts";

const [name = "lo"] = process.argv.slice(2);
using xdp = await loadXdp();
using _link = xdp.programs.count_senders.attach({ interface: name });
console.log(`Counting the packets that ${name} receives. Ctrl-C stops.`);
for await (const _ of every(1000, { signal: untilInterrupted() }))
  for (const [address, count] of xdp.maps.packets) console.log(`${address}: ${count}`);
