import { every, untilInterrupted } from "ebpf";
import { loadProgram } from "./program.bpf.ts";

// sudo npm start -- eth0
const name = process.argv[2] ?? "lo";
const signal = untilInterrupted(); // Ctrl-C ends the loop, and the program leaves the kernel
using program = await loadProgram();
program.attach({ count_senders: { interface: name } });
console.log(`Counting the packets that arrive at ${name}. Ctrl-C stops.`);
for await (const _ of every(1000, { signal })) console.log(Object.fromEntries(program.maps.packets));
