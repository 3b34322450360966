// Counts the calls of execve on each CPU.
import { every, untilInterrupted } from "ebpf";
import { loadKprobePercpu } from "./kprobe_percpu.bpf.ts";

using kprobe = await loadKprobePercpu();
kprobe.attach();
console.log("Counting execve. Ctrl-C stops.");
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`calls: ${kprobe.maps.calls.sum(0)}, by CPU: ${kprobe.maps.calls.get(0)}`);
