import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { type Arena, Map as BpfMap, CollectionSpec, LoadError, SystemError } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

const wanted = 1n << 44n;

beforeEach((context) => requiresLinux(context, "6.9", "arenas"));

/** What the process has mapped in the MiB from `wanted` on. V8 may use addresses behind it for its heap. */
function mappedThere(): string[] {
  const start = new RegExp(`^${wanted.toString(16).slice(0, 7)}[0-9a-f]{5}-`);
  return readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .filter((line) => start.test(line));
}

/** The engine has given up the buffers of arenas that were closed. */
async function nothingThere(): Promise<void> {
  for (let i = 0; i < 100 && mappedThere().length > 0; i++) await setTimeout(5);
  expect(mappedThere()).toEqual([]);
}

test("an arena is mapped at the requested address, and unmapped by close", async () => {
  const spec = CollectionSpec.fromFile(testObject("arena_at"));
  for (let i = 0; i < 2; i++) {
    using loaded = spec.loadSync();
    const arena = loaded.maps["arena"] as unknown as Arena;
    new Uint8Array(arena.memory()).fill(7);
    expect(arena.address).toBe(wanted);
    expect(mappedThere()).toHaveLength(1);
    loaded.close();
    expect(mappedThere().join()).not.toContain("bpf-map");
    await nothingThere();
  }
});

test.each([0n, 15n * 4096n])(
  "an arena that overlaps memory of the process (%d bytes off) is refused, and the memory is kept",
  async (off) => {
    await nothingThere();
    using taken = BpfMap.create({ type: "arena", maxEntries: 16, mapExtra: wanted + off });
    const bytes = new Uint8Array((taken as unknown as unknown as Arena).memory());
    bytes.fill(42);
    const spec = CollectionSpec.fromFile(testObject("arena_at"));
    expect(() => spec.loadSync()).toThrow(
      'cannot load "arena" of object "arena_at": this process uses the address range that the map requires (map_extra 0x100000000000): EEXIST',
    );
    expect(() => spec.loadSync()).toThrow(LoadError);
    expect(bytes.every((byte) => byte === 42)).toBe(true);
    expect(readFileSync("/proc/self/maps", "utf8")).not.toContain("ebpf-reserved");
    // If libbpf chooses the address, there is no conflict.
    (spec.maps["arena"] as { mapExtra: bigint }).mapExtra = 0n;
    using elsewhere = spec.loadSync();
    expect((elsewhere.maps["arena"] as unknown as Arena).address).not.toBe(wanted);
  },
);

test("a failed load releases the address range", async () => {
  await nothingThere();
  const spec = CollectionSpec.fromFile(testObject("arena_at"));
  Object.assign(spec.programs["touch"] ?? {}, { type: "lsm", attachTo: "no_such_function" });
  expect(() => spec.loadSync()).toThrow();
  expect(mappedThere()).toEqual([]);
  expect(readFileSync("/proc/self/maps", "utf8")).not.toContain("ebpf-reserved");
});

test("a new arena is mapped at its address, or rejected when the address is in use", async () => {
  await nothingThere();
  using first = BpfMap.create({ type: "arena", maxEntries: 4, mapExtra: wanted });
  expect((first as unknown as unknown as Arena).address).toBe(wanted);
  using second = BpfMap.create({ type: "arena", maxEntries: 4, mapExtra: wanted });
  expect(() => (second as unknown as unknown as Arena).memory()).toThrow(SystemError);
  expect(() => (second as unknown as unknown as Arena).memory()).toThrow(
    "this process already uses its address range",
  );
});
