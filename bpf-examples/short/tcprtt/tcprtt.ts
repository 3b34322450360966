// Prints the round-trip time of each IPv4 connection when it is closed.
import { RingBuf, untilInterrupted } from "ebpf";
import { loadTcprtt } from "./tcprtt.bpf.ts";

using tcprtt = await loadTcprtt();
using events = new RingBuf(tcprtt.maps.events);
tcprtt.attach();
console.log("Watching tcp_close. Ctrl-C stops.");
for await (const event of events.values({ signal: untilInterrupted() })) {
  const { from, from_port, to, to_port, microseconds } = event;
  console.log(`${from}:${from_port} -> ${to}:${to_port} ${microseconds} us`);
}
