// Compares map types: what a program pays for a write, what user space pays for a read, and memory.
import { asm, BpfMap, PerfBuf, Program, RingBuf } from "ebpf";
import { command } from "../tools/command.ts";

const { print, say } = command(
  `Usage: map-types [options]

Compares map types: nanoseconds of a write by a program (the time of the whole program; the first
row is a program that does nothing), nanoseconds of a read by user space, and memory.
`,
  {},
);

const WRITES = 10_000;
const ENTRIES = 1024;
// Room for all records, each with its header.
const BYTES = 1 << 20;

interface Measured {
  type: string;
  use: string;
  write: number;
  /** Undefined without a map. */
  read?: number;
  memory?: number;
}

/** The time of one run of a program with these instructions; they find the context in r6. */
function runTime(instructions: readonly asm.Item[]): number {
  using program = Program.create({
    type: "sched-cls",
    license: "GPL",
    instructions: [asm.mov(asm.r6, asm.r1), ...instructions, asm.mov(asm.r0, 0), asm.exit()],
  });
  return program.testRunSync({ data: new Uint8Array(64), repeat: WRITES }).duration;
}

/** Puts the key or number 1, and the value 2, on the stack. */
const onStack = [asm.store("u32", asm.fp, -4, 1), asm.store("u64", asm.fp, -16, 2)];

function address(register: asm.Destination, offset: number): asm.Item[] {
  return [asm.mov(register, asm.fp), asm.add(register, offset)];
}

/** Nanoseconds of one call of `read`, which makes `times` steps in one call. */
function timeOf(read: () => unknown, times: number): number {
  const start = process.hrtime.bigint();
  read();
  return Number(process.hrtime.bigint() - start) / times;
}

function keyed(type: "array" | "percpu-array" | "hash" | "percpu-hash" | "lru-hash", use: string): Measured {
  using map = BpfMap.create({ type, key: "u32", value: "u64", maxEntries: ENTRIES });
  const write = runTime([
    ...onStack,
    asm.loadMap(asm.r1, map),
    ...address(asm.r2, -4),
    ...address(asm.r3, -16),
    asm.mov(asm.r4, 0),
    asm.call("map_update_elem"),
  ]);
  const readAll = () => {
    for (let i = 0; i < WRITES; i++) map.get(1);
  };
  readAll();
  return { type, use, write, read: timeOf(readAll, WRITES), memory: map.info().memory };
}

function ringBuffer(): Measured {
  using map = BpfMap.create({ type: "ringbuf", maxEntries: BYTES });
  using ring = new RingBuf(map);
  const write = runTime([
    ...onStack,
    asm.loadMap(asm.r1, map),
    ...address(asm.r2, -16),
    asm.mov(asm.r3, 8),
    asm.mov(asm.r4, 0),
    asm.call("ringbuf_output"),
  ]);
  const read = timeOf(() => expectAll(ring.drain(() => undefined)), WRITES);
  return {
    type: "ringbuf",
    use: "records in order, of all CPUs in one buffer",
    write,
    read,
    memory: map.info().memory,
  };
}

function perfBuffer(): Measured {
  using map = BpfMap.create({ type: "perf-event-array" });
  using buffer = new PerfBuf(map, { bytesPerCpu: BYTES });
  const write = runTime([
    ...onStack,
    asm.mov(asm.r1, asm.r6),
    asm.loadMap(asm.r2, map),
    // BPF_F_CURRENT_CPU
    asm.mov(asm.w3, -1),
    ...address(asm.r4, -16),
    asm.mov(asm.r5, 8),
    asm.call("perf_event_output"),
  ]);
  const read = timeOf(() => expectAll(buffer.drain(() => undefined)), WRITES);
  const { cpus, bytesPerCpu } = buffer.statistics();
  return {
    type: "perf-event-array",
    use: "records before Linux 5.8, a buffer for each CPU",
    write,
    read,
    memory: cpus * bytesPerCpu,
  };
}

/** A time for fewer records than were written would be wrong. */
function expectAll(records: number): void {
  if (records !== WRITES) throw new Error(`expected ${WRITES} records, received ${records}`);
}

say("TYPE              WRITE NS  READ NS      MEMORY  USE");
const none: Measured = { type: "-", use: "a program that does nothing", write: runTime([]) };
const makers = [
  () => none,
  () => keyed("array", "numbers 0 to N - 1: counters, settings, histograms"),
  () => keyed("percpu-array", "the same without one CPU waiting for another"),
  () => keyed("hash", "any keys: addresses, process IDs"),
  () => keyed("percpu-hash", "the same for each CPU"),
  () => keyed("lru-hash", "any keys, the oldest make room"),
  ringBuffer,
  perfBuffer,
];
for (const make of makers) {
  const measured = make();
  const { type, use, write, read, memory } = measured;
  print(measured, () =>
    [
      type.padEnd(16),
      `${write}`.padStart(9),
      (read === undefined ? "" : read.toFixed(0)).padStart(8),
      (memory === undefined ? "" : memory.toLocaleString("en")).padStart(11),
      ` ${use}`,
    ].join(" "),
  );
}
