import { existsSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  BpfMap,
  type Collection,
  CollectionSpec,
  EbpfError,
  InvalidArgumentError,
  link,
  PerfBuf,
  type Program,
} from "../../lib/index.ts";
import { loadAlone } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast, requires, requiresLinux, requiresOwnMachine } from "../support/requires.ts";

const switch_ = "/sys/devices/system/cpu/cpu1/online";
const setOnline = (online: boolean): void => writeFileSync(switch_, online ? "1" : "0");

beforeEach((context) => {
  requiresOwnMachine(context, "taking a CPU offline");
  requires(context, existsSync(switch_), "CPU 1 cannot be taken offline", "hardware");
});
afterEach(() => {
  if (process.env["EBPF_OWN_MACHINE"] !== undefined && existsSync(switch_)) setOnline(true);
});

const loadSender = (): Collection => CollectionSpec.fromFile(testObject("events/perf")).loadSync();
const open = (coll: Collection): PerfBuf =>
  new PerfBuf(coll.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0], { type: "sample" });
const send = (coll: Collection, cpu: number): void =>
  void (coll.programs["send"] as Program<"raw-tracepoint">).testRunSync({ context: [1n], cpu });
const cpus = (perf: PerfBuf): number[] => perf.consume().map(({ cpu }) => cpu);

test("a perf buffer keeps the other CPUs' records while a CPU goes offline and comes back", async (context) => {
  requiresLinux(context, "5.10", "a run of a raw tracepoint on one CPU");
  using coll = loadSender();
  using perf = open(coll);
  send(coll, 0);
  send(coll, 1);
  expect(cpus(perf).sort()).toEqual([0, 1]);
  // Unread when its CPU goes offline.
  send(coll, 1);
  setOnline(false);
  send(coll, 0);
  expect(cpus(perf).sort()).toEqual([0, 1]);
  expect(() => send(coll, 1)).toThrow(EbpfError);
  expect(() => send(coll, 1)).toThrow(/CPU 1 is not online/);
  const next = perf.values().next();
  send(coll, 0);
  expect((await next).value).toMatchObject({ cpu: 0 });
  setOnline(true);
  send(coll, 0);
  expect(cpus(perf)).toEqual([0]);
  // The kernel does not take up the event of the CPU again: the program is told, and counts the lost record.
  const failed = (): bigint => coll.variables["failed"]?.value as bigint;
  const before = failed();
  send(coll, 1);
  expect(BigInt(cpus(perf).length) + failed() - before).toBe(1n);
  perf.close();
  using reopened = open(coll);
  send(coll, 0);
  send(coll, 1);
  expect(cpus(reopened).sort()).toEqual([0, 1]);
});

test("a perf buffer that is opened while a CPU is offline has rings for the others", () => {
  using coll = loadSender();
  setOnline(false);
  using perf = open(coll);
  const { cpus: rings } = perf.statistics();
  send(coll, 0);
  expect(cpus(perf)).toEqual([0]);
  setOnline(true);
  send(coll, 0);
  expect(cpus(perf)).toEqual([0]);
  perf.close();
  using reopened = open(coll);
  expect(reopened.statistics().cpus).toBe(rings + 1);
});

test("a per-CPU map keeps one value for each possible CPU", () => {
  using map = BpfMap.create({ type: "percpu-array", key: "u32", value: "u64", maxEntries: 2 });
  const values = Array.from({ length: map.cpus }, (_, cpu) => BigInt(cpu + 1));
  expect(values.length).toBeGreaterThan(1);
  map.set(0, values);
  setOnline(false);
  expect(map.get(0)).toEqual(values);
  expect(map.getCpu(0, 1)).toBe(2n);
  expect(map.sum(0)).toBe(values.reduce((sum, value) => sum + value));
  if (linuxAtLeast("7.0")) map.updateCpu(1, 1, 7n);
  map.set(0, values.toReversed());
  expect([...map.entries()][0]).toEqual([0, values.toReversed()]);
  setOnline(true);
  expect(map.get(0)).toEqual(values.toReversed());
  expect(map.getCpu(1, 1)).toBe(linuxAtLeast("7.0") ? 7n : 0n);
});

test("a perf event cannot be attached to an offline CPU, and events on all CPUs outlive one of them", () => {
  using loaded = loadAlone("link_user", "on_perf_event");
  const event = { type: "software", name: "cpu-clock" } as const;
  const burn = (): void => {
    const before = loaded.hits();
    for (const end = performance.now() + 60_000; performance.now() < end && loaded.hits() === before; )
      Math.sqrt(Math.random());
    expect(loaded.hits()).toBeGreaterThan(before);
  };
  using all = link.perfEvent(loaded.program, { event });
  setOnline(false);
  const attach = (): unknown => link.perfEvent(loaded.program, { event, cpu: 1 });
  expect(attach).toThrow(InvalidArgumentError);
  expect(attach).toThrow(/CPU 1 is not online/);
  burn();
  all.close();
  using fewer = link.perfEvent(loaded.program, { event });
  burn();
  setOnline(true);
  fewer.close();
  link.perfEvent(loaded.program, { event, cpu: 1 }).close();
});
