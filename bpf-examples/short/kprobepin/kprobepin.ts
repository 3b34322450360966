// Counts the calls of execve in a pinned map: the next run continues. kprobepin [FOLDER], by default /sys/fs/bpf.
import { every, untilInterrupted } from "ebpf";
import { loadKprobepin } from "./kprobepin.bpf.ts";

const [pinRoot = "/sys/fs/bpf"] = process.argv.slice(2);
using kprobe = await loadKprobepin({ pinRoot });
kprobe.attach();
console.log(`Counting execve in ${pinRoot}/kprobepin_calls. Ctrl-C stops.`);
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`calls: ${kprobe.maps.kprobepin_calls.get(0)}`);
