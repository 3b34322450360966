// Counts what meets a condition: filter.js --interface lo "tcp dst port 443 or icmp", or what a socket receives with
// --listen PORT, which then gets only that. The program is made from the condition.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { asm, BpfMap, every, link, Program, untilInterrupted } from "ebpf";
import { compile } from "./compile.ts";
import { parseCondition } from "./condition.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    interface: { type: "string" },
    listen: { type: "string" },
    seconds: { type: "string" },
    print: { type: "boolean" },
  },
});
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not "${values.seconds}"`);
if ((values.interface === undefined) === (values.listen === undefined)) {
  throw new Error("give either --interface NAME or --listen PORT");
}
const onSocket = values.listen !== undefined;
const condition = parseCondition(positionals.join(" "));

// Before anything is attached, so that Ctrl-C at any time detaches it again.
const signal = untilInterrupted();
using counts = BpfMap.create({ type: "array", value: "u64", maxEntries: 1, name: "matches" });
// A socket filter says how many bytes to keep; TC_ACT_UNSPEC (-1) leaves the packet to whatever comes next.
const keep = [asm.mov(asm.r0, -1), asm.exit()];
const drop = [asm.mov(asm.r0, 0), asm.exit()];
const count = [asm.loadMapValue(asm.r1, counts), asm.mov(asm.r2, 1), asm.atomicAdd("u64", asm.r1, 0, asm.r2)];
const instructions = compile(condition, [...count, ...keep], onSocket ? drop : keep);
if (values.print) console.log(asm.print(instructions));
using program: Program = Program.create({
  type: onSocket ? "socket-filter" : "sched-cls",
  license: "GPL",
  name: "filter",
  instructions,
});

const socket = createSocket("udp4");
if (onSocket) {
  socket.on("message", (message, { address, port }) =>
    console.log(`${address}:${port}: ${message.length} bytes`),
  );
  socket.bind(Number(values.listen), "127.0.0.1");
  await once(socket, "listening");
}
using _attached = onSocket
  ? link.socketFilter(program, { socket })
  : link.tc(program, { interface: values.interface ?? "", direction: "ingress" });
console.log("Counting. Ctrl-C stops.");

for await (const second of every(1000, { signal })) {
  console.log(`packets that match: ${counts.get(0)}`);
  if (second >= seconds) break;
}
socket.close();
