import { every, untilInterrupted } from "ebpf";
import { loadProgram } from "./program.bpf.ts";

const signal = untilInterrupted(); // Ctrl-C ends the loop, and the program leaves the kernel
using program = await loadProgram();
program.attach();
console.log("Counting the programs that are started. Ctrl-C stops.");
for await (const _ of every(1000, { signal })) console.log(`execve calls: ${program.variables.calls.value}`);
