import { RingBuf, untilInterrupted } from "ebpf";
import { loadProgram } from "./program.bpf.ts";

const signal = untilInterrupted(); // Ctrl-C ends the loop, and the program leaves the kernel
using program = await loadProgram();
using events = new RingBuf(program.maps.events);
program.attach();
console.log("Showing the programs that are started. Ctrl-C stops.");
for await (const { pid, comm, file } of events.values({ signal }))
  console.log(`${pid} ${comm} starts ${file}`);
