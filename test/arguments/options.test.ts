import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Map as BpfMap,
  type Collection,
  CollectionSpec,
  EbpfError,
  features,
  InvalidArgumentError,
  lpmKey,
  NotSupportedError,
  PerfBuf,
  Program,
  RingBuf,
  UserRingBuf,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";
import { Walk } from "./walk.ts";

let coll: Collection;
const maps: { close(): void }[] = [];
function kept<T extends { close(): void }>(map: T): T {
  maps.push(map);
  return map;
}

beforeAll(() => {
  coll = CollectionSpec.fromFile(testObject("program_run")).loadSync();
});
afterAll(() => {
  for (const map of maps) map.close();
  coll.close();
});

const u64 = 1n << 64n;
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const values: unknown[] = [
  null,
  true,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -0.5,
  0,
  1,
  1.5,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53,
  -1n,
  0n,
  u64 - 1n,
  u64,
  u64 + 3n,
  "",
  "0",
  "x",
  "a\0b",
  "\ud800",
  "x".repeat(5000),
  "../x",
  "/nowhere/x\0y",
  [],
  [1],
  ["mmapable", "x"],
  {},
  { signal: 1 },
  { x: 1 },
  new Uint8Array(3),
  detached,
  () => "x",
  Symbol("s"),
  /x/,
  new Date(),
  new Proxy({}, {}),
  Object.create(null),
];

/** Each calls with one value in one place. What comes back is closed. */
type Call = (value: never) => unknown;
const array = (value: unknown) =>
  BpfMap.create({ type: "array", value: "u32", maxEntries: 4, ...(value as object) }) as never;
const one = (name: string) => (value: unknown) => array({ [name]: value });

function calls(): [string, Call][] {
  const hash = kept(BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 8 }));
  const shared = kept(BpfMap.create({ type: "array", value: "u64", maxEntries: 8, flags: ["mmapable"] }));
  const perCpu = kept(BpfMap.create({ type: "percpu-array", value: "u64", maxEntries: 2 }));
  const queue = kept(BpfMap.create({ type: "queue", value: "u64", maxEntries: 2 }));
  const ring = kept(BpfMap.create({ type: "ringbuf", maxEntries: 4096 }));
  const userRing = kept(BpfMap.create({ type: "user-ringbuf", maxEntries: 4096 }));
  const perf = kept(BpfMap.create({ type: "perf-event-array" }));
  const ringReader = kept(new RingBuf(ring));
  const sender = kept(new UserRingBuf(userRing));
  const spec = () => CollectionSpec.fromFile(testObject("program_run"));
  const [programName = ""] = Object.keys(coll.programs);
  const program = coll.programs[programName] as Program;
  const created = [
    "type",
    "key",
    "value",
    "maxEntries",
    "name",
    "flags",
    "mapExtra",
    "numaNode",
    "ifindex",
    "inner",
    "exclusiveProgram",
    "depth",
  ];
  const mapEdits = [
    "type",
    "keySize",
    "valueSize",
    "maxEntries",
    "flags",
    "numaNode",
    "mapExtra",
    "pinning",
    "pinPath",
    "autocreate",
    "replaceWith",
  ];
  const programEdits = ["type", "attachType", "attachTo", "attachProgram", "autoload", "autoattach", "flags"];
  const runs = [
    "data",
    "context",
    "interface",
    "repeat",
    "cpu",
    "liveFrames",
    "batchSize",
    "checksumComplete",
    "dataOutSize",
  ];
  const readers = [
    "type",
    "types",
    "kind",
    "signal",
    "budget",
    "memory",
    "bytesPerCpu",
    "wakeupEvents",
    "watermark",
    "overwritable",
  ];
  return [
    ["Map.create", (value) => BpfMap.create(value)],
    ...created.map((name): [string, Call] => [`Map.create ${name}`, one(name)]),
    ["Map.create misspelt", (value) => array({ maxEntires: value })],
    ["Map.fromFd", (value) => BpfMap.fromFd(value)],
    ["Map.fromId", (value) => BpfMap.fromId(value)],
    ["Map.fromPin", (value) => BpfMap.fromPin(value)],
    ["Map.fromId options", (value) => BpfMap.fromId(hash.id, value)],
    ...["type", "maxEntries", "flags", "mapExtra", "access", "x"].map((name): [string, Call] => [
      `Map.fromId ${name}`,
      (value) => BpfMap.fromId(hash.id, { [name]: value } as never),
    ]),
    ["map.pin", (value) => shared.pin(value)],
    ["map.unpin", (value) => shared.unpin(value)],
    ["map.get options", (value) => hash.get(1, value)],
    ["map.get lock", (value) => hash.get(1, { lock: value })],
    ["map.update mode", (value) => hash.update(1, 1n, { mode: value })],
    ["map.update misspelt", (value) => hash.update(1, 1n, { mdoe: value } as never)],
    ["map.batch.update", (value) => hash.batch.update(value)],
    ["map.batch.update of", (value) => hash.batch.update([value])],
    ["map.batch.delete", (value) => hash.batch.delete(value)],
    ["map.batch.updateFrom", (value) => hash.batch.updateFrom(value, value)],
    [
      "map.batch.updateFrom count",
      (value) => hash.batch.updateFrom(new Uint32Array(2), new Uint8Array(16), { count: value }),
    ],
    ["map.batch.deleteFrom count", (value) => hash.batch.deleteFrom(new Uint32Array(2), { count: value })],
    ["map.batch.lookupInto", (value) => hash.batch.lookupInto(value, new Uint8Array(64))],
    [
      "map.batch.lookupInto cursor",
      (value) => hash.batch.lookupInto(new Uint32Array(8), new Uint8Array(64), value),
    ],
    ["map.memory", (value) => shared.memory(value)],
    ["map.memory.get", (value) => shared.memory().get(value)],
    ["map.memory.set", (value) => shared.memory().set(value, 1n)],
    ["map.memory.as", (value) => shared.memory().as(value)],
    ["percpu.getCpu", (value) => perCpu.getCpu(0, value)],
    ["percpu.updateCpu", (value) => perCpu.updateCpu(0, value, 1n)],
    ["percpu.get index", (value) => perCpu.get(value)],
    ["queue.push", (value) => queue.push(1n, value)],
    ["queue.push overwrite", (value) => queue.push(1n, { overwrite: value })],
    ["Program.fromFd", (value) => Program.fromFd(value)],
    ["Program.fromId", (value) => Program.fromId(value)],
    ["Program.fromPin", (value) => Program.fromPin(value)],
    ["program.pin", (value) => program.pin(value)],
    ["program.testRun", (value) => program.testRunSync(value)],
    ...runs.map((name): [string, Call] => [
      `program.testRun ${name}`,
      (value) => program.testRunSync({ data: new Uint8Array(64), [name]: value } as never),
    ]),
    ["program.readStream", (value) => program.readStream(value)],
    ["load options", (value) => spec().loadSync(value)],
    ...["pinRoot", "kernelBtf", "kconfig", "tokenPath", "logLevel", "x"].map((name): [string, Call] => [
      `load ${name}`,
      (value) => spec().loadSync({ [name]: value }),
    ]),
    ...mapEdits.map((name): [string, Call] => [
      `spec.maps ${name}`,
      (value) => {
        const edited = spec();
        Object.assign(Object.values(edited.maps)[0] ?? {}, { [name]: value });
        return edited.loadSync();
      },
    ]),
    ...programEdits.map((name): [string, Call] => [
      `spec.programs ${name}`,
      (value) => {
        const edited = spec();
        Object.assign(edited.programs[programName] ?? {}, { [name]: value });
        return edited.loadSync();
      },
    ]),
    ["spec.maps contents", (value) => Object.assign(spec().maps[".bss"] ?? {}, { contents: value })],
    ["RingBuf", (value) => new RingBuf(value)],
    ...readers.map((name): [string, Call] => [
      `PerfBuf ${name}`,
      (value) => new PerfBuf(perf, { bytesPerCpu: 4096, [name]: value } as never),
    ]),
    ["ring.consume", (value) => ringReader.consume(value)],
    ["ring.drain", (value) => ringReader.drain(value)],
    ["ring.drain max", (value) => ringReader.drain(() => {}, value)],
    ["ring.batches", (value) => ringReader.batches(value)],
    ["ring.batches max", (value) => ringReader.batches({ max: value })],
    ["ring.values signal", (value) => ringReader.values({ signal: value })],
    ["UserRingBuf options", (value) => new UserRingBuf(userRing, value)],
    ["userRing.reserve", (value) => sender.reserve(value).discard()],
    ["userRing.write", (value) => sender.write(value)],
    ["features.mapType", (value) => features.mapType(value)],
    ["features.programType", (value) => features.programType(value)],
    ["features.helper", (value) => features.helper("xdp", value)],
    ["features.attaching", (value) => features.attaching(value)],
    ["features.kernelAtLeast", (value) => features.kernelAtLeast(value)],
  ];
}

test("every option of every call accepts a valid value, and rejects others with a typed error", {
  timeout: 60_000,
}, (context) => {
  requiresLinux(context, "6.1", "user ring buffers");
  const untyped: string[] = [];
  for (const [name, call] of calls()) {
    for (const value of [undefined, ...values]) {
      // The kernel takes half a minute to make it.
      if (name.endsWith(" maxEntries") && value === 2 ** 31) continue;
      try {
        const result = call(value as never) as { close?: unknown } | undefined;
        if (typeof result?.close === "function") result.close();
      } catch (error) {
        if (!(error instanceof EbpfError))
          untyped.push(
            `${name} (${String(typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 30)}): ${error}`,
          );
      }
    }
  }
  expect(untyped).toEqual([]);
  expect(readdirSync("/sys/fs/bpf").filter((name) => /^(a|x|0)$/.test(name))).toEqual([]);
});

test("no method of a live object throws an error of the engine", { timeout: 60_000 }, async () => {
  const walk = new Walk();
  const created: [string, () => object][] = [
    ["hash", () => BpfMap.create({ type: "hash", key: "u32", value: { a: "u32" }, maxEntries: 2 })],
    ["array", () => BpfMap.create({ type: "array", value: "u64", maxEntries: 2, flags: ["mmapable"] })],
    ["percpu-array", () => BpfMap.create({ type: "percpu-array", value: "u64", maxEntries: 2 })],
    [
      "lpm-trie",
      () =>
        BpfMap.create({
          type: "lpm-trie",
          key: lpmKey(8),
          value: "u32",
          maxEntries: 2,
          flags: ["no-prealloc"],
        }),
    ],
    ["queue", () => BpfMap.create({ type: "queue", value: "u64", maxEntries: 2 })],
    ["bloom-filter", () => BpfMap.create({ type: "bloom-filter", value: "u64", maxEntries: 2 })],
    ["ringbuf", () => BpfMap.create({ type: "ringbuf", maxEntries: 4096 })],
    ["perf-event-array", () => BpfMap.create({ type: "perf-event-array" })],
    ["prog-array", () => BpfMap.create({ type: "prog-array", maxEntries: 2 })],
    ["cgroup-array", () => BpfMap.create({ type: "cgroup-array", maxEntries: 2 })],
    ["devmap-hash", () => BpfMap.create({ type: "devmap-hash", maxEntries: 2 })],
    ["cpumap", () => BpfMap.create({ type: "cpumap" })],
    ["sockmap", () => BpfMap.create({ type: "sockmap", maxEntries: 2 })],
    ["xskmap", () => BpfMap.create({ type: "xskmap", maxEntries: 2 })],
    ["stack-trace", () => BpfMap.create({ type: "stack-trace", maxEntries: 2 })],
    ["task-storage", () => BpfMap.create({ type: "task-storage", value: "u32", flags: ["no-prealloc"] })],
    ["arena", () => BpfMap.create({ type: "arena", maxEntries: 2, flags: ["mmapable"] })],
  ];
  const ring = new RingBuf(kept(BpfMap.create({ type: "ringbuf", maxEntries: 4096 })));
  const live: [string, object][] = [
    ["collection", coll],
    ["program", Object.values(coll.programs)[0] as Program],
    ["RingBuf", ring],
  ];
  for (const [name, create] of created) {
    try {
      live.push([name, kept(create() as BpfMap)]);
    } catch (error) {
      // A type that is newer than this kernel.
      if (!(error instanceof NotSupportedError)) throw error;
    }
  }
  // Those that succeed change the object, or something outside.
  const skipped = ["detach", "freeze", "lend", "pin", "release"];
  for (const [name, object] of live) {
    walk.methodsOf(name, object, skipped);
    const { batch } = object as { batch?: object };
    if (batch !== undefined) walk.methodsOf(`batch of ${name}`, batch);
  }
  // Ends the calls that wait for records.
  ring.close();
  expect(await walk.settled()).toEqual([]);
});

test("out-of-range numbers and misspelt names are rejected with their subject", () => {
  const refused = (call: () => unknown, message: RegExp): void => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  };
  const map = kept(BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 8 }));
  refused(() => BpfMap.fromFd(2 ** 32 + map.fd), /^file descriptor of a map: expected .* received/);
  refused(
    () => BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntires: 8 } as never),
    /maxEntires.*Did you mean "maxEntries"/,
  );
  refused(
    () => BpfMap.create({ type: "bloom-filter", value: "u64", maxEntries: 4, mapExtra: u64 + 3n }),
    /^mapExtra of Map.create: /,
  );
  refused(
    () => BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 4, numaNode: 2 ** 32 }),
    /^numaNode of Map.create: /,
  );
  refused(() => map.pin("/sys/fs/bpf/bounds\0x"), /without NUL/);
  refused(() => BpfMap.fromPin("/sys/fs/bpf/bounds\0x"), /without NUL/);
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  refused(
    () => spec.loadSync({ kconfig: "CONFIG_HZ=7\0CONFIG_X=y" }),
    /^kconfig of load of object "program_run": /,
  );
  refused(() => spec.loadSync({ kernelBtf: "/sys/kernel/btf/vmlinux\0x" }), /^kernelBtf of load/);
  const [program] = Object.values(spec.programs);
  if (program) program.flags = 2 ** 32;
  refused(() => spec.loadSync(), /^flags of program ".*": expected an integer from 0 to 4294967295/);
  const [run] = Object.values(coll.programs);
  for (const dataOutSize of [-1, Number.NaN, 2 ** 32])
    refused(
      () => (run as Program).testRunSync({ data: new Uint8Array(64), dataOutSize }),
      /^dataOutSize of testRun/,
    );
});
