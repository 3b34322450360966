import { describe, expect, test } from "vitest";
import { Map as BpfMap, MapBase } from "../../lib/index.ts";

const fill = (map: { batch: { update(entries: (readonly [number, number])[]): number } }, count: number) =>
  map.batch.update(Array.from({ length: count }, (_, i) => [i, i] as const));

for (const count of [0, 1, 63, 64, 65, 1000, 20_000]) {
  test(`each of ${count} entries is returned once`, () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 20_000 });
    fill(map, count);
    const keys = [...map.keys()];
    expect(keys.length).toBe(count);
    expect(new Set(keys).size).toBe(count);
    expect([...map.values()].length).toBe(count);
    expect([...map.entries()].every(([key, value]) => key === value)).toBe(true);
    let visited = 0;
    map.forEach((value, key) => {
      if (value === key) visited++;
    });
    expect(visited).toBe(count);
  });
}

describe("during an iteration", () => {
  test("returned entries can be removed, and every other entry is returned once", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 5000 });
    fill(map, 5000);
    const seen: number[] = [];
    for (const key of map.keys()) {
      seen.push(key);
      expect(map.delete(key)).toBe(true);
    }
    expect(seen.length).toBe(5000);
    expect(new Set(seen).size).toBe(5000);
    expect([...map]).toEqual([]);
  });

  test("a removed entry is returned at most once, a remaining one exactly once", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 5000 });
    fill(map, 5000);
    const seen: number[] = [];
    for (const key of map.keys()) {
      if (seen.length === 0) for (let odd = 1; odd < 5000; odd += 2) map.delete(odd);
      seen.push(key);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((key) => key % 2 === 0).length).toBe(2500);
  });

  test("the map can be read, written and iterated again", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 300 });
    fill(map, 200);
    const outer: number[] = [];
    for (const [key] of map) {
      outer.push(key);
      map.get(7);
      map.set(key, key);
      if (outer.length % 50 === 0) expect([...map.keys()].length).toBe(200);
    }
    expect(new Set(outer).size).toBe(200);
  });

  test("the iteration can be stopped and restarted", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 300 });
    fill(map, 300);
    for (let i = 0; i < 100; i++) {
      const [first] = map.keys();
      expect(first).toBeTypeOf("number");
    }
    const iterator = map.keys();
    iterator.next();
    iterator.return?.();
    expect(iterator.next().done).toBe(true);
    expect([...map.keys()].length).toBe(300);
  });
});

test("a map with a single large bucket is read, even with a small first chunk", () => {
  // With one bucket for all entries, batches return ENOSPC until the buffer has space for the complete bucket.
  using map = BpfMap.create({ type: "hash", key: "u32", value: "u8[1024]", maxEntries: 3000 });
  const value = new Uint8Array(1024);
  for (let i = 0; i < 3000; i++) map.set(i, value);
  expect([...map.keys()].length).toBe(3000);
});

test("map types without batches are iterated key by key", () => {
  using inner = BpfMap.create({ type: "array", value: "u32", maxEntries: 1 });
  using map = BpfMap.create({ type: "sockhash", key: "u32", maxEntries: 10 });
  expect([...map.keys()]).toEqual([]);
  using outer = BpfMap.create({ type: "hash-of-maps", key: "u32", maxEntries: 200, inner });
  for (let i = 0; i < 150; i++) outer.set(i, inner);
  expect(new Set(outer.keys()).size).toBe(150);
  expect(inner).toBeInstanceOf(MapBase);
});

describe("user code that runs during an operation", () => {
  test("of a key or value does not disturb the operation", () => {
    using map = BpfMap.create({
      type: "hash",
      key: { a: "u32", b: "u32" },
      value: { c: "u32", d: "u32" },
      maxEntries: 10,
    });
    map.set({ a: 100, b: 200 }, { c: 300, d: 400 });
    const key = {
      a: 1,
      get b() {
        expect(map.get({ a: 100, b: 200 })).toEqual({ c: 300, d: 400 });
        return 2;
      },
    };
    const value = {
      c: 3,
      get d() {
        map.set({ a: 101, b: 201 }, { c: 301, d: 401 });
        expect([...map].length).toBe(2);
        return 4;
      },
    };
    map.set(key, value);
    expect(map.get({ a: 1, b: 2 })).toEqual({ c: 3, d: 4 });
    expect(map.get({ a: 100, b: 200 })).toEqual({ c: 300, d: 400 });
    expect(map.get({ a: 101, b: 201 })).toEqual({ c: 301, d: 401 });
    expect(map.has(key)).toBe(true);
    expect(map.delete(key)).toBe(true);
    expect([...map].length).toBe(2);
  });

  test("may even close the map", () => {
    const map = BpfMap.create({ type: "hash", key: { a: "u32" }, value: "u32", maxEntries: 10 });
    const key = {
      get a() {
        map.close();
        return 1;
      },
    };
    expect(() => map.set(key, 1)).toThrow(/map .* is closed/);
  });
});
