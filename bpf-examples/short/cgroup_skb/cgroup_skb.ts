// Counts the packets that the processes of a cgroup send: cgroup_skb [CGROUP], by default all of the machine.
import { every, untilInterrupted } from "ebpf";
import { loadCgroupSkb } from "./cgroup_skb.bpf.ts";

const [cgroup = "/sys/fs/cgroup"] = process.argv.slice(2);
using counter = await loadCgroupSkb();
using _link = counter.programs.count_egress.attach({ cgroup });
console.log(`Counting the packets that ${cgroup} sends. Ctrl-C stops.`);
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`packets: ${counter.variables.packets.value}`);
