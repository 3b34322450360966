import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  type ArrayMap,
  Map as BpfMap,
  ClosedError,
  CollectionSpec,
  EncodeError,
  type HashMap,
  type PerCpuMap,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { linuxAtLeast } from "../support/requires.ts";

const coll = CollectionSpec.fromFile(testObject("map_keys")).loadSync();
afterAll(() => coll.close());

const keyed = (name: string) => coll.maps[name] as unknown as HashMap<unknown, bigint>;

describe("keys that a program stored", () => {
  const maps = ["cut", "dirty", "flags", "structs"];
  beforeEach(async () => {
    for (const name of maps) keyed(name).clear();
    await coll.programs.fill?.testRun({ data: new Uint8Array(64) });
  });

  test.for(maps)("a key read from map %s is found, replaced and removed", (name) => {
    const map = keyed(name);
    const [key] = map.keys();
    expect(map.get(key)).toBe(1n);
    expect(map.has(key)).toBe(true);
    map.update(key, 2n, { mode: "exist" });
    expect(map.nextKey(key)).toBeUndefined();
    expect([...map.values()]).toEqual([2n]);
    expect(map.delete(key)).toBe(true);
    expect([...map.keys()]).toEqual([]);
  });

  test.for(maps)("every kind of removal empties map %s", (name) => {
    const map = keyed(name);
    const refill = async () => {
      expect([...map.keys()]).toEqual([]);
      await coll.programs.fill?.testRun({ data: new Uint8Array(64) });
    };
    expect(map.clear()).toBe(1);
    return refill()
      .then(() => {
        for (const key of map.keys()) expect(map.delete(key)).toBe(true);
        return refill();
      })
      .then(() => {
        const canTake = linuxAtLeast("5.14");
        for (const [key] of map) expect(canTake ? map.lookupAndDelete(key) : map.delete(key) && 1n).toBe(1n);
        return refill();
      })
      .then(() => {
        expect(map.batch.delete(map.keys())).toBe(1);
        return refill();
      })
      .then(() => {
        expect(map.batch.delete(map.batch.lookup().map(([key]) => key))).toBe(1);
        return refill();
      })
      .then(() => {
        expect(map.batch.update(map.batch.lookup())).toBe(1);
        expect([...map.keys()].length).toBe(1);
      });
  });

  test("text equals the bytes that C stored", () => {
    expect([...keyed("cut").keys()]).toEqual(["hbüüüüüü\udcc3"]);
    expect([...keyed("dirty").keys()]).toEqual(["abc\0Z"]);
  });

  test("a bool that is neither 0 nor 1 is returned as its byte", () => {
    expect([...keyed("flags").keys()]).toEqual([new Uint8Array([2])]);
  });

  test("a struct equals the bytes that C stored, and a copy of it is the same key", () => {
    const map = keyed("structs");
    const [key] = map.keys() as IterableIterator<{ comm: string }>;
    expect(key).toMatchObject({ kind: 3, pid: 4, comm: "abc", isThread: true });
    expect(map.get({ ...key })).toBe(1n);
    // Without the bytes that it carries, it is another key.
    expect(map.get({ kind: 3, pid: 4, comm: "abc", isThread: true })).toBeUndefined();
    expect(map.get({ ...key, comm: "abd" })).toBeUndefined();
  });
});

test("changing one field of a value changes no other byte", async () => {
  await coll.programs.fill?.testRun({ data: new Uint8Array(64) });
  const map = coll.maps.vals as unknown as HashMap<number, { name: string; n: number }>;
  using raw = BpfMap.fromFd(map.fd, { type: "hash", key: "u32", value: "u8[12]" });
  const value = map.lookup(1);
  value.n++;
  map.set(1, value);
  expect(Buffer.from(raw.lookup(1)).toString("hex")).toBe("ff7800000000000002000000");
});

describe("a value that is too long", () => {
  const long = { count: 1, values: [1, 2, 3] };
  const refusal = /list\.values.*: expected at most 0 bytes/;

  test("is rejected by the memory of an array, and the next value is unchanged", () => {
    const array = coll.maps.list_array as unknown as ArrayMap<{ count: number; values: number[] }>;
    const memory = array.memory();
    memory.set(1, { count: 77, values: [] });
    expect(() => memory.set(0, long)).toThrow(EncodeError);
    expect(() => memory.set(0, long)).toThrow(refusal);
    expect(array.get(1)).toEqual({ count: 77, values: [] });
    expect(memory.get(1)).toEqual({ count: 77, values: [] });
    expect(() => array.set(0, long)).toThrow(refusal);
  });

  test("is rejected by a per-CPU map, on every CPU", () => {
    const map = coll.maps.list_percpu as unknown as PerCpuMap<number, { count: number; values: number[] }>;
    const fitting = Array.from({ length: map.cpus }, (_, cpu) => ({ count: cpu, values: [] as number[] }));
    map.set(0, fitting);
    expect(() => map.set(0, [long, ...fitting.slice(1)])).toThrow(refusal);
    expect(() => map.updateAllCpus(0, long)).toThrow(refusal);
    expect(map.get(0)).toEqual(fitting);
  });

  test("is rejected in a batch, and nothing is stored", () => {
    const map = coll.maps.lists as unknown as HashMap<number, { count: number; values: number[] }>;
    const entries = [
      [1, { count: 1, values: [9] }],
      [2, { count: 2, values: [] }],
    ] as const;
    expect(() => map.batch.update(entries as never)).toThrow(refusal);
    expect([...map]).toEqual([]);
  });
});

describe("bytes instead of a key or a value", () => {
  test("are stored unchanged for every type", () => {
    using map = BpfMap.create({
      type: "hash",
      key: { length: "u32" },
      value: { text: "char[4]", isSet: "bool" },
      maxEntries: 4,
    });
    using raw = BpfMap.fromFd(map.fd, { type: "hash", key: "u8[4]", value: "u8[5]" });
    const [key, value] = [Buffer.from("01020304", "hex"), Buffer.from("6100620007", "hex")];
    map.set(key as never, value as never);
    expect([...raw]).toEqual([[new Uint8Array(key), new Uint8Array(value)]]);
    expect(map.get(key as never)).toMatchObject({ text: "a", isSet: true });
    expect(map.has({ length: 0x04030201 })).toBe(true);
    expect(map.delete(key as never)).toBe(true);
  });

  test("of another length are rejected", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 4 });
    map.set(new Uint8Array([1, 0, 0, 0]) as never, 5n);
    expect(map.get(1)).toBe(5n);
    expect(() => map.get(new Uint8Array(3) as never)).toThrow(EncodeError);
  });
});

test("a map is cleared even if a user codec decodes its keys wrongly", () => {
  // It decodes only half of the key.
  const half = {
    size: 4,
    name: "half",
    read: (view: DataView, offset: number) => view.getUint16(offset, true),
    write: (view: DataView, offset: number, value: number) => view.setUint32(offset, value, true),
  };
  using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 4 });
  map.set(0x10001, 1).set(0x20001, 2);
  using same = BpfMap.fromFd(map.fd, { type: "hash", key: half, value: "u32" });
  expect([...same.keys()]).toEqual([1, 1]);
  expect(same.clear()).toBe(2);
  expect([...map]).toEqual([]);
});

describe("raw", () => {
  test("returns keys and values as bytes", () => {
    using map = BpfMap.create({ type: "hash", key: "char[4]", value: { a: "u8", b: "u16" }, maxEntries: 4 });
    const { raw } = map;
    expect(map.raw).toBe(raw);
    const [key, value] = [Uint8Array.of(0x61, 0, 0x62, 0), Uint8Array.of(1, 0xee, 2, 0)];
    raw.set(key, value);
    expect(map.get("a\0b")).toMatchObject({ a: 1, b: 2 });
    expect([...raw]).toEqual([[key, value]]);
    expect(raw.batch.lookup()).toEqual([[key, value]]);
    expect(() => raw.set(key, value.subarray(1))).toThrow(EncodeError);
    expect(raw.delete(key)).toBe(true);
    map.close();
    expect(raw.closed).toBe(true);
    expect(() => raw.get(key)).toThrow(ClosedError);
    expect(() => map.raw).toThrow(ClosedError);
  });

  test("returns the values of all CPUs", () => {
    using map = BpfMap.create({ type: "percpu-array", value: "u32", maxEntries: 1 });
    map.set(0, new Array(map.cpus).fill(7));
    const value = map.raw.lookup(new Uint8Array(4));
    expect(value.length).toBe(8 * map.cpus);
    expect(new Uint32Array(value.buffer)[2 * (map.cpus - 1)]).toBe(7);
  });
});

test("all maps are instances of Map", () => {
  using hash = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 1 });
  using queue = BpfMap.create({ type: "queue", value: "u32", maxEntries: 1 });
  using ring = BpfMap.create({ type: "ringbuf", maxEntries: 4096 });
  for (const map of [hash, queue, ring, coll.maps.vals]) expect(map).toBeInstanceOf(BpfMap);
  expect(new Map() instanceof BpfMap).toBe(false);
  const unknown: unknown = hash;
  if (unknown instanceof BpfMap) expect(unknown.id).toBe(hash.id);
});
