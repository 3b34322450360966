// Counts the calls of execve.
import { every, untilInterrupted } from "ebpf";
import { loadKprobe } from "./kprobe.bpf.ts";

using kprobe = await loadKprobe();
kprobe.attach();
console.log("Counting execve. Ctrl-C stops.");
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`calls: ${kprobe.variables.calls.value}`);
