import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  Map as BpfMap,
  be16,
  cidr4,
  cidr6,
  EbpfError,
  type MapBase,
  type MapType,
  mapFlags,
} from "../../lib/index.ts";
import { pageSize } from "../../lib/kernel/page-size.ts";
import { native } from "../../lib/native/addon.ts";
import { type MapNumbers, mapProblems, mapTypeNumber } from "../../lib/spec/index.ts";
import { linuxAtLeast, requiresCommand, requiresLinux } from "../support/requires.ts";

const depth = Number(readFileSync("/proc/sys/kernel/perf_event_max_stack", "utf8"));
const limits = { maxStack: depth, pageSize: pageSize() };

function numbers(type: MapType, keySize: number, valueSize: number, maxEntries: number, flags = 0) {
  return { type, keySize, valueSize, maxEntries, flags };
}

/** Asks the kernel for such a map. @returns false when it refuses. */
function isMade({ type, ...rest }: MapNumbers): boolean {
  try {
    native().mapClose(
      native().mapCreate({
        name: "",
        ...rest,
        mapExtra: rest.mapExtra ?? 0n,
        type: mapTypeNumber(type),
      } as never),
    );
    return true;
  } catch {
    return false;
  }
}

const refused: [MapNumbers, string][] = [
  [numbers("hash", 4, 4, 0), "maxEntries: expected 1 or more, received 0"],
  [numbers("hash", 0, 4, 1), "keySize: expected 1 or more, received 0"],
  [numbers("hash", 4, 0, 1), "valueSize: expected 1 or more, received 0"],
  [numbers("array", 8, 4, 1), "keySize: expected 4, received 8"],
  [numbers("percpu-array", 4, 32_776, 1), "valueSize: expected 1 to 32768, received 32776"],
  [numbers("percpu-hash", 4, 40_000, 1), "valueSize: expected 1 to 32768, received 40000"],
  [numbers("lpm-trie", 8, 4, 1), 'flags: expected "no-prealloc" (BPF_F_NO_PREALLOC) among them'],
  [numbers("lpm-trie", 4, 4, 1, mapFlags["no-prealloc"]), "keySize: expected 5 to 260, received 4"],
  [numbers("prog-array", 4, 8, 1), "valueSize: expected 4, received 8"],
  [
    numbers("stack-trace", 4, 12, 1),
    "valueSize: expected a multiple of 8 (one frame of a stack), received 12",
  ],
  [
    numbers("stack-trace", 4, 48, 1, mapFlags["stack-build-id"]),
    "valueSize: expected a multiple of 32 (one frame of a stack), received 48",
  ],
  [
    numbers("stack-trace", 4, 8 * (depth + 1), 1),
    `valueSize: expected at most ${depth * 8} (${depth} frames, the sysctl kernel.perf_event_max_stack), ` +
      `received ${8 * (depth + 1)}`,
  ],
  [
    numbers("lru-hash", 4, 4, 8, mapFlags["no-prealloc"]),
    'flags: a map that forgets entries cannot have "no-prealloc"',
  ],
  [
    numbers("hash", 4, 4, 8, mapFlags["no-common-lru"]),
    'flags: "no-common-lru" is for maps of type lru-hash and lru-percpu-hash',
  ],
  [numbers("queue", 4, 4, 1), "keySize: expected 0, received 4"],
  [
    numbers("ringbuf", 0, 0, 5000),
    `maxEntries: expected a power of two and a multiple of ${pageSize()} (bytes), received 5000`,
  ],
  [numbers("ringbuf", 0, 8, 4096), "valueSize: expected 0, received 8"],
  [
    { ...numbers("bloom-filter", 0, 4, 1), mapExtra: 16n },
    "mapExtra: expected 0 to 15 (hash functions), received 16",
  ],
  [numbers("task-storage", 4, 8, 1, mapFlags["no-prealloc"]), "maxEntries: expected 0, received 1"],
  [numbers("array-of-maps", 4, 4, 1), "inner: expected the shape of the maps inside, received nothing"],
];

test.for(refused)("a map that the kernel rejects is explained: %o", ([map, problem]) => {
  expect(isMade(map)).toBe(false);
  expect(mapProblems(map, limits)).toEqual([problem]);
});

const accepted: MapNumbers[] = [
  numbers("hash", 1, 1, 1),
  numbers("array", 4, 1, 1),
  numbers("percpu-array", 4, 32_768, 1),
  numbers("lru-hash", 4, 4, 8),
  numbers("lru-hash", 4, 4, 64, mapFlags["no-common-lru"]),
  numbers("lpm-trie", 5, 1, 1, mapFlags["no-prealloc"]),
  numbers("prog-array", 4, 4, 1),
  numbers("stack-trace", 4, 8 * depth, 1),
  numbers("queue", 0, 4, 1),
  numbers("ringbuf", 0, 0, pageSize()),
];

test.for(accepted)("a map that the kernel accepts has no problems: %o", (map) => {
  expect(isMade(map)).toBe(true);
  expect(mapProblems(map, limits)).toEqual([]);
});

test("Map.create explains why the kernel rejects a map", () => {
  const message = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof EbpfError) return error.message;
      throw error;
    }
    return "made";
  };
  expect(message(() => BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 0 }))).toBe(
    "cannot create a map of type hash: EINVAL. maxEntries: expected 1 or more, received 0",
  );
  // @ts-expect-error the index of an array has 32 bits
  expect(message(() => BpfMap.create({ type: "array", key: "u64", value: "u32", maxEntries: 1 }))).toBe(
    "cannot create a map of type array: EINVAL. keySize: expected 4, received 8",
  );
  // Old kernels notice it only when they allocate.
  const errno = linuxAtLeast("6.18") ? "E2BIG" : "(E2BIG|ENOMEM)";
  expect(message(() => BpfMap.create({ type: "percpu-array", value: "u8[40000]", maxEntries: 1 }))).toMatch(
    new RegExp(
      `^cannot create a map of type percpu-array: ${errno}\\. valueSize: expected 1 to 32768, received 40000$`,
    ),
  );
  expect(message(() => BpfMap.create({ type: "stack-trace", depth: depth + 1, maxEntries: 1 }))).toContain(
    "kernel.perf_event_max_stack",
  );
  // @ts-expect-error it needs "inner"
  expect(message(() => BpfMap.create({ type: "array-of-maps", maxEntries: 1 }))).toBe(
    'a map of type array-of-maps needs "inner"',
  );
});

test("Map.create refuses options that the type of the map does not have", () => {
  using inner = BpfMap.create({ type: "array", value: "u32", maxEntries: 1 });
  for (const [what, options] of [
    ["key", { type: "queue", key: "u32", value: "u32", maxEntries: 1 }],
    ["value", { type: "ringbuf", value: "u32", maxEntries: 4096 }],
    ["inner", { type: "array", value: "u32", maxEntries: 1, inner }],
    ["depth", { type: "array", value: "u32", maxEntries: 1, depth: 3 }],
  ] as const) {
    // @ts-expect-error the types refuse it too
    expect(() => BpfMap.create(options)).toThrow(`has no "${what}": omit it`);
  }
});

test.for(["ringbuf", "user-ringbuf"] as const)(
  "the size of a %s is rounded up to a power of two of pages",
  (type, context) => {
    if (type === "user-ringbuf") requiresLinux(context, "6.1", "user ring buffers");

    for (const [asked, given] of [
      [1, pageSize()],
      [pageSize(), pageSize()],
      [5000, Math.max(8192, pageSize())],
      [3 * 65_536, 4 * 65_536],
    ] as const) {
      using ring = BpfMap.create({ type, maxEntries: asked });
      expect(ring.maxEntries).toBe(given);
    }
  },
);

test("a value that does not fit is refused with the name of the map, for every type name", () => {
  using ports = BpfMap.create({ type: "array", maxEntries: 1, flags: ["mmapable"], value: be16 });
  const message = 'value of map "array": expected 0 to 65535 (u16), received 80000';
  expect(() => ports.set(0, 80000)).toThrow(message);
  expect(() => ports.memory().set(0, 80000)).toThrow(message);
});

test("a created map has BTF for other processes and bpftool", (context) => {
  requiresCommand(context, "bpftool");
  const value = { packets: "u64", name: "char[16]", mac: "u8[6]" } as const;
  using map = BpfMap.create({ type: "hash", key: "u32", value, maxEntries: 4 });
  map.set(7, { packets: 5n, name: "eth0", mac: [1, 2, 3, 4, 5, 6] });
  using same = BpfMap.fromId(map.id);
  expect(same.get(7)).toEqual({ packets: 5n, name: "eth0", mac: new Uint8Array([1, 2, 3, 4, 5, 6]) });
  const dump = JSON.parse(execFileSync("bpftool", ["map", "dump", "id", `${map.id}`], { encoding: "utf8" }));
  expect(dump).toEqual([{ key: 7, value: { packets: 5, name: "eth0", mac: [1, 2, 3, 4, 5, 6] } }]);
});

test.for([
  { type: "array", value: "u64", maxEntries: 1 },
  { type: "percpu-array", value: { hits: "u32" }, maxEntries: 1 },
  { type: "lru-hash", key: { pid: "u32", load: "f64" }, value: "u64[3]", maxEntries: 1 },
  { type: "lru-percpu-hash", key: "i64", value: "bool", maxEntries: 1 },
  { type: "lpm-trie", key: cidr6, value: "u32", maxEntries: 1 },
] as const)("a map of type $type has BTF", (options, context) => {
  if (options.type === "lru-hash") requiresLinux(context, "5.13", "floats in BTF");
  using map: MapBase = BpfMap.create(options as never);
  expect(map.info().btfId).toBeGreaterThan(0);
  using same = BpfMap.fromId(map.id);
  expect(same.constructor).toBe(map.constructor);
});

test("a trie opened by ID has text keys", () => {
  using trie = BpfMap.create({ type: "lpm-trie", key: cidr4, value: "u32", maxEntries: 1 });
  trie.set("10.0.0.0/8", 1);
  using same = BpfMap.fromId(trie.id);
  expect([...same]).toEqual([["10.0.0.0/8", 1]]);
});

const plain = { type: "hash", name: "refused", key: "u32", value: "u32", maxEntries: 1 } as const;

test.each([
  [
    () => BpfMap.create({ ...plain, numaNode: 99 }),
    /numaNode: expected a NUMA node of this machine, received 99$/,
  ],
  [
    () => BpfMap.create({ ...plain, flags: ["mmapable"] }),
    /flags: this kernel creates no maps of type "hash" with "mmapable"$/,
  ],
  [
    () => BpfMap.create({ ...plain, flags: ["rdonly-prog", "wronly-prog"] }),
    /"rdonly-prog" and "wronly-prog" exclude each other$/,
  ],
  [
    () => BpfMap.create({ ...plain, value: "u8[8192]", maxEntries: 2_000_000_000 }),
    /2000000000 entries of 8196 bytes, 14\.9 TiB/,
  ],
  [
    () => BpfMap.create({ ...plain, type: "cpumap", maxEntries: 1_000_000 }),
    /maxEntries: expected at most .*CPU.*received 1000000$/,
  ],
])("Map.create explains what loading explains: %#", (make, reason) => {
  expect(make).toThrow(/^cannot create map "refused" of type /);
  expect(make).toThrow(reason);
});
