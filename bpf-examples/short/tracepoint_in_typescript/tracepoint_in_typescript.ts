// Sends a number to a perf buffer whenever a file is opened. No C: the program is made here.
import { asm, BpfMap, link, PerfBuf, Program, u32, untilInterrupted } from "ebpf";

using map = BpfMap.create({ type: "perf-event-array" });
using events = new PerfBuf(map, { type: u32 });
const { r2, r3, r4, r5, r0, fp } = asm;
const send = [asm.store("u32", fp, -8, 123), asm.loadMap(r2, map), asm.loadImm(r3, 0xffffffffn)];
const data = [asm.mov(r4, fp), asm.add(r4, -8), asm.mov(r5, 4), asm.call("perf_event_output")];
const instructions = [...send, ...data, asm.mov(r0, 0), asm.exit()];
using program = Program.create({ type: "tracepoint", license: "GPL", instructions });
using _link = link.tracepoint(program, { group: "syscalls", name: "sys_enter_openat" });
console.log("Waiting for files that are opened. Ctrl-C stops.");
for await (const event of events.values({ signal: untilInterrupted() }))
  if (event.type === "sample") console.log(`CPU ${event.cpu} sent ${event.value}`);
