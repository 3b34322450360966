import { expect, test } from "vitest";
import { isolated } from "../../lib/codec/isolated.ts";
import { Map as BpfMap, type Codec, CollectionSpec, type MapSpec, struct, u32 } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

/** A codec of a user's that keeps or gives away all memory that it gets. */
function thief(size: number): { codec: Codec<number>; stolen: ArrayBuffer[]; kept: DataView[] } {
  const stolen: ArrayBuffer[] = [];
  const kept: DataView[] = [];
  const codec: Codec<number> = {
    size,
    name: "theft",
    read(view, offset) {
      const value = view.getUint32(offset, true);
      kept.push(view);
      view.setUint32(offset, 7, true);
      stolen.push(structuredClone(view.buffer as ArrayBuffer, { transfer: [view.buffer as ArrayBuffer] }));
      return value;
    },
    write(view, offset, value) {
      view.setUint32(offset, value, true);
      kept.push(view);
    },
  };
  return { codec, stolen, kept };
}

test("codecs of this package use kernel memory directly, user codecs get a copy", () => {
  const { codec } = thief(4);
  expect(isolated(u32)).toBe(u32);
  expect(isolated(codec)).not.toBe(codec);
  expect(isolated(isolated(codec))).toBe(isolated(codec));
  const mixed = struct({ a: "u32", b: codec });
  expect(isolated(mixed)).not.toBe(mixed);
});

test("a codec that transfers its buffer does not affect the map", () => {
  const { codec, stolen, kept } = thief(4);
  using map = BpfMap.create({ type: "hash", key: codec, value: codec, maxEntries: 8 });
  for (let i = 1; i <= 4; i++) {
    map.set(i, i * 10);
    expect(map.get(i)).toBe(i * 10);
  }
  for (const view of kept) if (view.buffer.byteLength > 0) view.setUint32(0, 999, true);
  for (const buffer of stolen) new Uint8Array(buffer).fill(255);
  expect([...map.entries()].sort(([a], [b]) => a - b)).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ]);
  map.batch.update([[5, 50]]);
  expect(map.get(5)).toBe(50);
});

test("a codec that writes while reading does not reach read-only memory", () => {
  const { codec } = thief(4);
  using map = BpfMap.create({ type: "array", value: codec, maxEntries: 2, flags: ["mmapable"] });
  map.set(0, 5);
  expect(map.memory({ readonly: true }).get(0)).toBe(5);
  expect(map.memory({ readonly: true }).get(0)).toBe(5);
});

test("a user codec for a constant does not reach the memory of the constant", () => {
  const { codec } = thief(4);
  const plain = CollectionSpec.fromFile(testObject("collection"));
  const constant = Object.values(plain.variables).find(
    (variable) => variable.constant && variable.size === 4,
  );
  expect(constant).toBeDefined();
  const { name = "" } = constant ?? {};
  const spec = CollectionSpec.fromFile(testObject("collection"), {
    codecs: { variables: { [name]: codec } },
  } as never);
  // Without the pinned map: /sys/fs/bpf is shared with others.
  (spec.maps["pinned"] as MapSpec).pinning = "none";
  using loaded = spec.loadSync();
  const before = loaded.variables[name]?.value;
  expect(loaded.variables[name]?.value).toBe(before);
});

test("a codec that detaches its buffer while writing is rejected", () => {
  const codec: Codec<number> = {
    size: 4,
    name: "theft",
    read: () => 0,
    write(view) {
      structuredClone(view.buffer as ArrayBuffer, { transfer: [view.buffer as ArrayBuffer] });
    },
  };
  using map = BpfMap.create({ type: "array", value: codec, maxEntries: 2 });
  expect(() => map.set(0, 1)).toThrow(
    "expected a codec that keeps its buffer (theft), received a detached buffer",
  );
});
