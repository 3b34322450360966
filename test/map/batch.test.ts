import { describe, expect, test } from "vitest";
import {
  BatchCursor,
  Map as BpfMap,
  ClosedError,
  EncodeError,
  InvalidArgumentError,
  KeyExistError,
  KeyNotExistError,
  MapBatchError,
  NotSupportedError,
} from "../../lib/index.ts";

const make = (maxEntries = 4096) => BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries });
const pairs = (count: number) => Array.from({ length: count }, (_, i) => [i, BigInt(i) * 2n] as const);

describe("batches of objects", () => {
  test("store, read and remove", () => {
    using map = make();
    expect(map.batch.update(pairs(3000))).toBe(3000);
    expect(map.batch.lookup().sort((a, b) => a[0] - b[0])).toEqual(pairs(3000));
    expect(map.batch.delete([0, 1, 2])).toBe(3);
    expect(map.batch.lookupAndDelete().length).toBe(2997);
    expect(map.batch.lookup()).toEqual([]);
    expect(map.batch.update([])).toBe(0);
    expect(map.batch.delete([])).toBe(0);
  });

  test("report the number of processed entries and the cause", () => {
    using map = make();
    map.set(5, 5n);
    const exists = thrownBy(() => map.batch.update(pairs(10), { mode: "noexist" }));
    expect(exists).toMatchObject({ code: "ERR_EBPF_MAP_BATCH", count: 5 });
    expect(exists.cause).toBeInstanceOf(KeyExistError);
    expect([...map.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const missing = thrownBy(() => map.batch.delete([0, 1, 77, 2]));
    expect(missing.count).toBe(2);
    expect(missing.cause).toBeInstanceOf(KeyNotExistError);
    expect(map.has(2)).toBe(true);
    using full = make(4);
    expect(thrownBy(() => full.batch.update(pairs(10))).count).toBe(4);
  });

  test("store nothing when one entry does not fit", () => {
    using map = make();
    expect(() =>
      map.batch.update([
        [1, 1n],
        [2, -1n],
      ]),
    ).toThrow(EncodeError);
    expect([...map]).toEqual([]);
  });

  test("work on arrays, except for removal", () => {
    using map = BpfMap.create({ type: "array", value: "u32", maxEntries: 100 });
    expect(map.batch.update(Array.from({ length: 100 }, (_, i) => [i, i + 1] as const))).toBe(100);
    expect(map.batch.lookup().every(([key, value]) => value === key + 1)).toBe(true);
    expect(() => map.batch.lookupAndDelete()).toThrow(NotSupportedError);
  });

  test("work on tries and per-CPU maps", () => {
    using trie = BpfMap.create({ type: "lpm-trie", key: "u8[8]", value: "u32", maxEntries: 10 });
    trie.batch.update([[Uint8Array.of(8, 0, 0, 0, 10, 0, 0, 0), 1]]);
    expect(trie.batch.lookup()).toEqual([[Uint8Array.of(8, 0, 0, 0, 10, 0, 0, 0), 1]]);
    using counts = BpfMap.create({ type: "percpu-hash", key: "u32", value: "u64", maxEntries: 10 });
    const value = new Array<bigint>(counts.cpus).fill(4n);
    counts.batch.update([[1, value]]);
    expect(counts.batch.lookup()).toEqual([[1, value]]);
  });
});

describe("batches of packed memory", () => {
  test("store, read and remove in steps of any size", () => {
    using map = make(20_000);
    const keys = Uint32Array.from({ length: 10_000 }, (_, i) => i);
    const values = BigUint64Array.from(keys, (key) => BigInt(key) + 1n);
    expect(map.batch.updateFrom(keys, values)).toBe(10_000);
    const cursor = new BatchCursor();
    const someKeys = new Uint32Array(777);
    const someValues = new BigUint64Array(777);
    const seen = new Set<number>();
    while (!cursor.done) {
      const count = map.batch.lookupInto(someKeys, someValues, cursor);
      for (let i = 0; i < count; i++) {
        expect(someValues[i]).toBe(BigInt(someKeys[i] as number) + 1n);
        seen.add(someKeys[i] as number);
      }
    }
    expect(seen.size).toBe(10_000);
    expect(map.batch.deleteFrom(keys, { count: 5000 })).toBe(5000);
    expect(map.batch.lookupAndDeleteInto(keys, values)).toBe(5000);
    expect(map.batch.lookupInto(keys, values)).toBe(0);
  });

  test("reject memory that is too small, and access nothing outside of it", () => {
    using map = make();
    map.batch.update(pairs(100));
    expect(() => map.batch.lookupInto(new Uint8Array(3), new Uint8Array(800))).toThrow(InvalidArgumentError);
    expect(() => map.batch.lookupInto(new Uint8Array(400), new Uint8Array(0))).toThrow(InvalidArgumentError);
    expect(() => map.batch.updateFrom(new Uint32Array(10), new BigUint64Array(9))).toThrow(
      InvalidArgumentError,
    );
    expect(() => map.batch.updateFrom(new Uint8Array(10), new BigUint64Array(9))).toThrow(
      InvalidArgumentError,
    );
    for (const count of [11, -1, 0.5, Number.NaN, 2 ** 32 + 1]) {
      expect(() => map.batch.deleteFrom(new Uint32Array(10), { count })).toThrow(InvalidArgumentError);
    }
    const keys = new Uint32Array(50).fill(0xaaaa_aaaa);
    const values = new BigUint64Array(50).fill(0xbbbbn);
    const count = map.batch.lookupInto(keys.subarray(10, 30), values.subarray(10, 30));
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(20);
    expect(keys.subarray(0, 10).every((key) => key === 0xaaaa_aaaa)).toBe(true);
    expect(keys.subarray(30).every((key) => key === 0xaaaa_aaaa)).toBe(true);
    expect(values.subarray(30).every((value) => value === 0xbbbbn)).toBe(true);
  });

  test("report the required size when a bucket has more entries than the memory", () => {
    using map = make(64);
    map.batch.update(pairs(64));
    const cursor = new BatchCursor();
    const read = (): number => {
      let entries = 0;
      while (!cursor.done) entries += map.batch.lookupInto(new Uint32Array(1), new BigUint64Array(1), cursor);
      return entries;
    };
    // 64 entries in 64 buckets: one of them has several.
    expect(read).toThrow(MapBatchError);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({
        errnoName: "ENOSPC",
        remedy: expect.stringContaining("64 entries (256 bytes of keys, 512 of values)"),
      });
    }
    expect(map.batch.lookupInto(new Uint32Array(64), new BigUint64Array(64))).toBe(64);
  });

  test("reject memory that was shrunk or detached", () => {
    using map = make();
    map.batch.update(pairs(10));
    const keys = new Uint32Array(10);
    structuredClone(keys.buffer, { transfer: [keys.buffer] });
    expect(() => map.batch.lookupInto(keys, new BigUint64Array(10))).toThrow(InvalidArgumentError);
  });

  test("reject a cursor of another map", () => {
    using one = make();
    using two = make();
    one.batch.update(pairs(10));
    const cursor = new BatchCursor();
    one.batch.lookupInto(new Uint32Array(5), new BigUint64Array(5), cursor);
    expect(() => two.batch.lookupInto(new Uint32Array(5), new BigUint64Array(5), cursor)).toThrow(
      InvalidArgumentError,
    );
    one.close();
    expect(() => one.batch.lookupInto(new Uint32Array(5), new BigUint64Array(5))).toThrow(ClosedError);
  });
});

function thrownBy(operation: () => unknown): MapBatchError {
  try {
    operation();
  } catch (error) {
    if (error instanceof MapBatchError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
