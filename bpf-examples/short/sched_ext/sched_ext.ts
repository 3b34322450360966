// Schedules the machine's threads with sched_ext until Ctrl-C.
import { once } from "node:events";
import { untilInterrupted } from "ebpf";
import { loadSchedExt } from "./sched_ext.bpf.ts";

using scheduler = await loadSchedExt();
scheduler.attach();
console.log("The scheduler is minimal. Ctrl-C brings the kernel's own back.");
await once(untilInterrupted(), "abort");
