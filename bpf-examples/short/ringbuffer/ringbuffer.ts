// Prints the processes that start programs.
import { RingBuf, untilInterrupted } from "ebpf";
import { loadRingbuffer } from "./ringbuffer.bpf.ts";

using ringbuffer = await loadRingbuffer();
using events = new RingBuf(ringbuffer.maps.events);
ringbuffer.attach();
console.log("Watching execve. Ctrl-C stops.");
for await (const { pid, comm } of events.values({ signal: untilInterrupted() }))
  console.log(`${pid} ${comm}`);
