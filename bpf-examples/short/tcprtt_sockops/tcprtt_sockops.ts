// Prints each new round-trip time of the connections of a cgroup: tcprtt_sockops [CGROUP], by default all.
import { RingBuf, untilInterrupted } from "ebpf";
import { loadTcprttSockops } from "./tcprtt_sockops.bpf.ts";

const [cgroup = "/sys/fs/cgroup"] = process.argv.slice(2);
using sockops = await loadTcprttSockops();
using events = new RingBuf(sockops.maps.events);
using _link = sockops.programs.watch_rtt.attach({ cgroup });
console.log(`Watching the connections of ${cgroup}. Ctrl-C stops.`);
for await (const event of events.values({ signal: untilInterrupted() })) {
  const { from, from_port, to, to_port, microseconds } = event;
  console.log(`${from}:${from_port} -> ${to}:${to_port} ${microseconds} us`);
}
