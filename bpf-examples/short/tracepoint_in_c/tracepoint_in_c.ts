// Counts the pages of memory that the kernel hands out.
import { every, untilInterrupted } from "ebpf";
import { loadTracepointInC } from "./tracepoint_in_c.bpf.ts";

using tracepoint = await loadTracepointInC();
const { allocations, pages } = tracepoint.variables;
tracepoint.attach();
console.log("Counting page allocations. Ctrl-C stops.");
for await (const _ of every(1000, { signal: untilInterrupted() }))
  console.log(`allocations: ${allocations.value}, pages: ${pages.value}`);
