import { describe, expect, test } from "vitest";
import {
  Map as BpfMap,
  ClosedError,
  EncodeError,
  InvalidArgumentError,
  KeyExistError,
  KeyNotExistError,
  MapAccessError,
  MapFullError,
} from "../../lib/index.ts";
import { linuxAtLeast } from "../support/requires.ts";

for (const type of ["hash", "lru-hash"] as const) {
  describe(type, () => {
    test("stores, finds, replaces and removes entries", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u64", maxEntries: 128 });
      expect(map.get(1)).toBeUndefined();
      expect(map.set(1, 2n ** 64n - 1n)).toBe(map);
      expect(map.get(1)).toBe(2n ** 64n - 1n);
      expect(map.lookup(1)).toBe(2n ** 64n - 1n);
      expect(map.has(1)).toBe(true);
      expect(map.has(2)).toBe(false);
      map.set(1, 5n);
      expect([...map]).toEqual([[1, 5n]]);
      expect(map.delete(1)).toBe(true);
      expect(map.delete(1)).toBe(false);
      expect(() => map.lookup(1)).toThrow(KeyNotExistError);
    });

    test("supports the update modes", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 128 });
      expect(() => map.update(1, 1, { mode: "exist" })).toThrow(KeyNotExistError);
      map.update(1, 1, { mode: "noexist" });
      expect(() => map.update(1, 2, { mode: "noexist" })).toThrow(KeyExistError);
      expect(map.get(1)).toBe(1);
      map.update(1, 2, { mode: "exist" });
      expect(map.get(1)).toBe(2);
      expect(() => map.update(1, 3, { mode: "maybe" as never })).toThrow(InvalidArgumentError);
      expect(() => map.update(1, 3, { mode: "toString" as never })).toThrow(InvalidArgumentError);
    });

    test("removes and returns an entry atomically", () => {
      using map = BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 128 });
      if (!linuxAtLeast("5.14")) {
        expect(() => map.lookupAndDelete(7)).toThrow(/Needs Linux 5\.14/);
        return;
      }
      map.set(7, 8);
      expect(map.lookupAndDelete(7)).toBe(8);
      expect(map.lookupAndDelete(7)).toBeUndefined();
      expect(map.has(7)).toBe(false);
    });
  });
}

describe("hash", () => {
  test("supports typed structs as keys and values", () => {
    using map = BpfMap.create({
      type: "hash",
      key: { pid: "u32", comm: "char[16]" },
      value: { count: "u64", last: "i32[2]" },
      maxEntries: 8,
    });
    map.set({ pid: 1, comm: "init" }, { count: 3n, last: [-1, 2] });
    const found = map.get({ pid: 1, comm: "init" });
    expect(found?.count).toBe(3n);
    expect(found?.last).toEqual([-1, 2]);
    // @ts-expect-error: a string is not a count
    expect(() => map.set({ pid: 1, comm: "init" }, { count: "3", last: [1, 2] })).toThrow(EncodeError);
    expect([...map.keys()]).toEqual([{ pid: 1, comm: "init" }]);
  });

  test("names the field and the map of a value that does not fit", () => {
    using map = BpfMap.create({
      type: "hash",
      name: "narrow",
      key: { small: "u8" },
      value: "u64",
      maxEntries: 8,
    });
    const error = thrownBy(() => map.set({ small: 300 }, 1n)) as EncodeError;
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({ code: "ERR_EBPF_ENCODE", path: "key.small", type: "u8", map: "narrow" });
    expect(error.message).toBe('key.small of map "narrow": expected 0 to 255 (u8), received 300');
    expect(() => map.set({ small: 1 }, 2n ** 64n)).toThrow(
      /^value of map "narrow": expected 0 to \d+ \(u64\), received 18446744073709551616n/,
    );
    expect(() => map.set({ small: 1 }, -1n)).toThrow(EncodeError);
    expect(() => map.set({ small: 1 }, "1" as never)).toThrow(EncodeError);
    expect(() => map.set({} as never, 1n)).toThrow(EncodeError);
    expect(() => map.get(undefined as never)).toThrow(EncodeError);
    expect(() => map.get(null as never)).toThrow(EncodeError);
    expect([...map]).toEqual([]);
  });

  test("accepts bytes of the exact length only", () => {
    using map = BpfMap.create({ type: "hash", key: "u8[6]", value: "u8[3]", maxEntries: 8 });
    map.set(Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(9, 8, 7));
    expect(map.get(Uint8Array.of(1, 2, 3, 4, 5, 6))).toEqual(Uint8Array.of(9, 8, 7));
    expect(() => map.get(Uint8Array.of(1, 2, 3))).toThrow(EncodeError);
    expect(() => map.set(new Uint8Array(6), new Uint8Array(400_000))).toThrow(EncodeError);
  });

  test("reports its capacity when it is full", () => {
    using map = BpfMap.create({ type: "hash", name: "tiny", key: "u32", value: "u32", maxEntries: 2 });
    map.set(1, 1).set(2, 2);
    const error = thrownBy(() => map.set(3, 3)) as MapFullError;
    expect(error).toBeInstanceOf(MapFullError);
    expect(error).toMatchObject({ map: "tiny", errnoName: "E2BIG", operation: "update" });
    expect(error.message).toContain("is full: it holds 2 entries");
  });

  test("rejects reads and writes after close", () => {
    const map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 2 });
    const keys = map.keys();
    map.set(1, 1);
    map.close();
    map.close();
    for (const use of [
      () => map.get(1),
      () => map.set(1, 1),
      () => map.has(1),
      () => map.delete(1),
      () => map.lookupAndDelete(1),
      () => map.nextKey(),
      () => keys.next(),
      () => map.batch.lookup(),
      () => map.batch.update([[1, 1]]),
      () => map.info(),
      () => map.fd,
      () => map.freeze(),
      () => map.pin("/sys/fs/bpf/never"),
      () => map.unpin(),
    ]) {
      expect(use).toThrow(ClosedError);
    }
    expect(map.closed).toBe(true);
  });

  test("allows reads and rejects writes when it is frozen", () => {
    using map = BpfMap.create({ type: "hash", name: "ice", key: "u32", value: "u32", maxEntries: 2 });
    map.set(1, 1);
    expect(map.info().frozen).toBe(false);
    map.freeze();
    expect(map.info().frozen).toBe(true);
    expect(map.get(1)).toBe(1);
    for (const use of [() => map.set(1, 2), () => map.delete(1), () => map.batch.update([[1, 2]])]) {
      const error = thrownBy(use) as Error;
      const cause = (error.cause ?? error) as MapAccessError;
      expect(cause).toBeInstanceOf(MapAccessError);
      expect(cause.map).toBe("ice");
    }
    expect(() => map.freeze()).toThrow(MapAccessError);
  });

  test("iterates from key to key", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 8 });
    expect(map.nextKey()).toBeUndefined();
    for (let i = 0; i < 5; i++) map.set(i, i);
    const seen = new Set<number>();
    for (let key = map.nextKey(); key !== undefined; key = map.nextKey(key)) seen.add(key);
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test("removes all entries", () => {
    using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 3000 });
    map.batch.update(Array.from({ length: 3000 }, (_, i) => [i, i] as const));
    expect(map.clear()).toBe(3000);
    expect([...map]).toEqual([]);
  });
});

describe("lru-hash", () => {
  test("evicts old entries when it is full", () => {
    using map = BpfMap.create({ type: "lru-hash", key: "u32", value: "u32", maxEntries: 16 });
    for (let i = 0; i < 1000; i++) map.set(i, i);
    const count = [...map.keys()].length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(16);
  });
});

function thrownBy(operation: () => unknown): unknown {
  try {
    operation();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
