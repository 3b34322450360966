import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../lib/errors/index.ts";
import { type MapFlag, mapFlags, mapTypeName, mapTypeNumber, ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const read = (name: string) => ObjectSpec.fromFile(testObject(`spec/${name}`));

function mapOf(object: string, name: string) {
  const map = read(object).maps[name];
  if (map === undefined) throw new Error(`${object} has no ${name}`);
  return map;
}

test("maps are listed as the object has them", () => {
  const { maps } = read("maps");
  expect(maps.typed_hash).toMatchObject({
    type: "hash",
    section: ".maps",
    keySize: 8,
    valueSize: 16,
    maxEntries: 1024,
    flags: ["no-prealloc", "numa-node"],
    numaNode: 1,
    pinning: "none",
    autocreate: true,
  });
  expect(maps.sized_hash).toMatchObject({
    type: "lru-percpu-hash",
    keySize: 20,
    valueSize: 24,
    key: undefined,
  });
  expect(maps.pinned_array?.pinning).toBe("by-name");
  expect(maps.bloom).toMatchObject({ type: "bloom-filter", mapExtra: 5n, keySize: 0 });
  expect(maps.long_extra?.mapExtra).toBe(1n << 44n);
  expect(maps.ring_to_be_rounded?.maxEntries).toBe(5000);
  expect(maps.a_name_of_more_than_fifteen_characters?.kernelName).toBe("a_name_of_more_");
});

test("an unknown map type keeps its number", () => {
  const { type } = mapOf("maps", "from_the_future");
  expect(type).toBe("unknown-99");
  expect(mapTypeNumber(type)).toBe(99);
  expect(mapTypeName(1)).toBe("hash");
  expect(mapTypeNumber("hash")).toBe(1);
});

test("keys and values have the codecs of their types", () => {
  const map = mapOf("maps", "typed_hash");
  expect(map.keyCodec?.size).toBe(8);
  expect(map.keyCodec?.name).toBe("struct key");
  expect(map.valueCodec?.size).toBe(16);
  expect(mapOf("maps", "sized_hash").keyCodec).toBeUndefined();
  expect(mapOf("maps", "queue").keyCodec).toBeUndefined();
});

test("maps of maps have their inner map and their initial contents", () => {
  const filled = mapOf("map_in_map", "filled");
  expect(filled.inner).toMatchObject({ type: "hash", maxEntries: 4, keySize: 4, valueSize: 8 });
  expect(filled.slots).toEqual([
    { index: 1, name: "inner_a" },
    { index: 5, name: "inner_b" },
  ]);
  expect(mapOf("map_in_map", "with_anonymous_inner").inner).toMatchObject({
    type: "array",
    flags: ["inner-map"],
  });
  expect(mapOf("map_in_map", "without_inner").inner).toBeUndefined();
  expect(mapOf("map_in_map", "jumps").slots).toEqual([
    { index: 0, name: "first_target" },
    { index: 3, name: "second_target" },
  ]);
});

test("struct_ops maps have their programs", () => {
  const { maps } = read("struct_ops");
  expect(maps.plain).toMatchObject({
    type: "struct-ops",
    section: ".struct_ops",
    flags: [],
    autocreate: true,
  });
  expect(maps.plain?.structOps?.typeName).toBe("tcp_congestion_ops");
  expect(Object.fromEntries(maps.plain?.structOps?.programs ?? [])).toEqual({
    ssthresh: "our_ssthresh",
    cong_avoid: "our_cong_avoid",
  });
  expect(maps.linked).toMatchObject({ section: ".struct_ops.link", flags: ["link"] });
  expect(Object.fromEntries(maps.linked_too?.structOps?.programs ?? [])).toEqual({
    ssthresh: "our_ssthresh",
    undo_cwnd: "our_undo_cwnd",
  });
  expect(maps.optional?.autocreate).toBe(false);
  expect(maps.linked?.valueCodec?.size).toBe(maps.linked?.valueSize);
});

test("an unchanged spec has no edits", () => {
  for (const name of ["maps", "map_in_map", "globals", "kconfig", "struct_ops", "arena"]) {
    const spec = read(name);
    // To look is not to touch.
    for (const map of Object.values(spec.maps)) expect(map.edits()).toBeUndefined();
    for (const map of Object.values(spec.maps)) map.contents?.at(0);
    expect(spec.edits()).toEqual({ maps: [], programs: [], kconfig: "" });
  }
});

test("edits contain only differences from the object", () => {
  const map = mapOf("maps", "typed_hash");
  map.maxEntries = 5;
  map.type = "lru-hash";
  map.flagBits |= mapFlags.rdonly;
  expect(map.edits()).toEqual({ name: "typed_hash", maxEntries: 5, type: "lru-hash", flags: 13 });
  map.maxEntries = 1024;
  expect(map.edits()).not.toHaveProperty("maxEntries");
});

test("flags have the same names as those of live maps, and unnamed bits are kept", () => {
  const map = mapOf("maps", "typed_hash");
  map.flags = ["no-prealloc", "rdonly"];
  expect([map.flags, map.flagBits]).toEqual([["no-prealloc", "rdonly"], 9]);
  expect(map.edits()).toMatchObject({ flags: 9 });
  map.flagBits |= 1 << 30;
  expect([map.flags, map.copy().flagBits]).toEqual([["no-prealloc", "rdonly"], 9 + 2 ** 30]);
  const flags = ["mapable"] as unknown as MapFlag[];
  expect(() => Object.assign(map, { flags })).toThrow(/flags\[0\] of map "typed_hash": .*"mapable"/);
});

test("every field of a map can be edited", () => {
  const map = mapOf("maps", "typed_hash");
  const live = {};
  Object.assign(map, {
    keySize: 1,
    valueSize: 2,
    numaNode: 3,
    mapExtra: 4n,
    pinning: "by-name",
    autocreate: false,
  });
  Object.assign(map, { pinPath: "/sys/fs/bpf/elsewhere", replaceWith: live });
  expect(map.edits()).toEqual({
    name: "typed_hash",
    keySize: 1,
    valueSize: 2,
    numaNode: 3,
    mapExtra: 4n,
    pinning: "by-name",
    autocreate: false,
    pinPath: "/sys/fs/bpf/elsewhere",
    replaceWith: live,
  });
});

test("the map inside of a map can be edited", () => {
  const map = mapOf("map_in_map", "filled");
  if (map.inner) map.inner.maxEntries = 77;
  expect(map.edits()).toEqual({ name: "filled", inner: { name: "filled.inner", maxEntries: 77 } });
});

test("contents are the section's bytes, and can be written", () => {
  const map = mapOf("globals", ".data.custom");
  expect(Buffer.from(map.contents ?? [])).toEqual(Buffer.from([21, 0, 0, 0, 0, 0, 0, 0]));
  map.contents?.set([22]);
  expect(map.edits()).toEqual({ name: ".data.custom", contents: Uint8Array.of(22, 0, 0, 0, 0, 0, 0, 0) });
  map.contents?.set([21]);
  expect(map.edits()).toBeUndefined();
});

test("contents of zeros are written", () => {
  const map = mapOf("globals", ".bss.custom");
  map.contents?.set([1], 7);
  expect(map.edits()?.contents).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1));
});

test("the object's bytes never change", () => {
  const spec = read("globals");
  const before = Buffer.from(spec.bytes);
  for (const map of Object.values(spec.maps)) map.contents?.fill(0xaa);
  expect(Buffer.compare(before, spec.bytes)).toBe(0);
});

test("contents of another length resize a section", () => {
  const map = mapOf("globals", ".data.custom");
  map.contents = new Uint8Array(16).fill(1);
  expect(map.edits()).toEqual({
    name: ".data.custom",
    valueSize: 16,
    contents: new Uint8Array(16).fill(1),
  });
});

test("bytes assigned to contents are copied", () => {
  const map = mapOf("globals", ".data.custom");
  const bytes = new Uint8Array(8);
  map.contents = bytes;
  bytes[0] = 9;
  expect(map.contents?.[0]).toBe(0);
});

test("maps without contents refuse them", () => {
  const hash = mapOf("maps", "typed_hash");
  expect(hash.contents).toBeUndefined();
  expect(() => {
    hash.contents = new Uint8Array(8);
  }).toThrow(InvalidArgumentError);
  const arena = mapOf("arena", "arena");
  expect(() => {
    arena.contents = new Uint8Array(8);
  }).toThrow(/expected 28 bytes, received a Uint8Array of 8 bytes/);
});

test("the globals of an arena are its contents", () => {
  const spec = read("arena");
  const { arena } = spec.maps;
  expect(arena).toMatchObject({
    type: "arena",
    maxEntries: 16,
    mapExtra: 1n << 44n,
    dataSection: ".addr_space.1",
  });
  expect(spec.variables.counter?.value).toBe(5n);
  if (spec.variables.counter) spec.variables.counter.value = 6n;
  expect(arena?.edits()?.contents?.[0]).toBe(6);
});
