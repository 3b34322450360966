// Shows how many programs are started, every second, until Ctrl-C or for --seconds N. The BPF program is made here.
import { parseArgs } from "node:util";
import { asm, BpfMap, every, link, Program, untilInterrupted } from "ebpf";

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);

// Before anything is attached, so that Ctrl-C at any time detaches it again.
const signal = untilInterrupted();
using counts = BpfMap.create({ type: "array", value: "u64", maxEntries: 1, name: "counts" });
using program = Program.create({
  type: "tracepoint",
  license: "GPL",
  name: "count_execve",
  instructions: [
    // The key, 0, on the stack; the value for it in r0.
    asm.store("u32", asm.fp, -4, 0),
    asm.loadMap(asm.r1, counts),
    asm.mov(asm.r2, asm.fp),
    asm.add(asm.r2, -4),
    asm.call("map_lookup_elem"),
    // The verifier wants to see that the value is there.
    asm.jeq(asm.r0, 0, "out"),
    asm.mov(asm.r1, 1),
    asm.atomicAdd("u64", asm.r0, 0, asm.r1),
    asm.label("out"),
    asm.mov(asm.r0, 0),
    asm.exit(),
  ],
});
using _attached = link.tracepoint(program, { group: "syscalls", name: "sys_enter_execve" });
console.log("Counting execve calls: start any program in another terminal. Ctrl-C stops.");

for await (const second of every(1000, { signal })) {
  console.log(`execve calls: ${counts.get(0)}`);
  if (second >= seconds) break;
}
