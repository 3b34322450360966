import { describe, expect, test } from "vitest";
import {
  ArrayMap,
  Map as BpfMap,
  ClosedError,
  EncodeError,
  InvalidArgumentError,
  MapAccessError,
  MapFullError,
  NotSupportedError,
} from "../../lib/index.ts";

describe("array", () => {
  test("has all entries from the start, and none can be removed", () => {
    using map = BpfMap.create({ type: "array", name: "arr", value: "u32", maxEntries: 4 });
    expect(map).toBeInstanceOf(ArrayMap);
    expect([...map]).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    map.set(3, 7);
    expect(map.get(3)).toBe(7);
    expect(map.get(4)).toBeUndefined();
    expect(() => map.set(4, 1)).toThrow(MapFullError);
    expect(() => map.set(4, 1)).toThrow('map "arr" ends before that index: it has 4 entries');
    // @ts-expect-error
    expect(() => map.delete(3)).toThrow(NotSupportedError);
    expect(() => map.get(-1)).toThrow(EncodeError);
    expect([...map.keys()]).toEqual([0, 1, 2, 3]);
  });
});

describe("an array in memory", () => {
  const make = () => BpfMap.create({ type: "array", value: "u64", maxEntries: 1000, flags: ["mmapable"] });

  test("shares its contents with the map", () => {
    using map = make();
    const memory = map.memory();
    expect(memory.length).toBe(1000);
    map.set(5, 50n);
    expect(memory.get(5)).toBe(50n);
    memory.set(6, 60n);
    expect(map.get(6)).toBe(60n);
    const numbers = memory.as(BigUint64Array);
    expect(numbers.length).toBe(1000);
    numbers[7] = 70n;
    expect(map.get(7)).toBe(70n);
    expect([...memory].filter((value) => value > 0n)).toEqual([50n, 60n, 70n]);
    expect(memory.copy().length).toBe(8000);
  });

  test("supports values of any size, with a stride of at least 8 bytes", () => {
    using map = BpfMap.create({
      type: "array",
      value: { a: "u8", b: "char[4]" },
      maxEntries: 3,
      flags: ["mmapable"],
    });
    const memory = map.memory();
    expect(memory.stride).toBe(8);
    memory.set(2, { a: 255, b: "abcd" });
    expect(map.get(2)).toEqual({ a: 255, b: "abcd" });
    expect(map.get(1)).toEqual({ a: 0, b: "" });
    expect(() => memory.set(2, { a: 256, b: "" })).toThrow(EncodeError);
  });

  test("rejects an index past its end", () => {
    using map = make();
    const memory = map.memory();
    for (const index of [1000, -1, 0.5, Number.NaN, 2 ** 32, 2 ** 53]) {
      expect(memory.get(index)).toBeUndefined();
      expect(() => memory.set(index, 1n)).toThrow(InvalidArgumentError);
    }
  });

  test("is unmapped and detached by close", () => {
    const map = make();
    const memory = map.memory();
    const numbers = memory.as(BigUint64Array);
    const before = numbers.subarray(10);
    map.close();
    expect(numbers.length).toBe(0);
    expect(before.length).toBe(0);
    expect(numbers[0]).toBeUndefined();
    numbers[0] = 1n;
    expect(() => memory.get(0)).toThrow(ClosedError);
    expect(() => memory.set(0, 1n)).toThrow(ClosedError);
    expect(() => memory.as(Uint8Array)).toThrow(ClosedError);
    expect(() => memory.copy()).toThrow(ClosedError);
    expect(() => [...memory]).toThrow(ClosedError);
  });

  test("is safe after close even if its contents were transferred to another buffer", async () => {
    const map = make();
    const numbers = map.memory().as(BigUint64Array);
    numbers[0] = 9n;
    // Node moves no such memory to other threads, and copies it instead; the language itself does move it (Node 22).
    const copied = structuredClone(numbers.buffer, { transfer: [numbers.buffer] });
    const { transfer } = numbers.buffer as { transfer?: () => ArrayBuffer };
    const moved = transfer?.call(numbers.buffer) ?? copied;
    map.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(new BigUint64Array(copied)[0]).toBe(9n);
    expect(new BigUint64Array(moved)[0]).toBe(transfer === undefined ? 9n : 0n);
    expect(numbers.length).toBe(0);
  });

  test("needs the flag mmapable", () => {
    using map = BpfMap.create({ type: "array", name: "plain", value: "u64", maxEntries: 4 });
    expect(() => map.memory()).toThrow(NotSupportedError);
    expect(() => map.memory()).toThrow("mmapable");
  });

  test("of a frozen map is read-only, and no write reaches it", () => {
    using map = make();
    map.set(1, 11n);
    map.freeze();
    expect(() => map.memory()).toThrow(MapAccessError);
    const memory = map.memory({ readonly: true });
    expect(memory.get(1)).toBe(11n);
    expect(memory.writable).toBe(false);
    expect(() => memory.set(1, 12n)).toThrow(MapAccessError);
    expect(() => memory.as(BigUint64Array)).toThrow(MapAccessError);
    expect(memory.copy()[8]).toBe(11);
  });

  test("passes no read-only memory to a user codec", () => {
    const meddling = {
      size: 8,
      name: "meddling",
      read(view: DataView, offset: number): number {
        view.setUint8(offset, 99);
        return view.getUint8(offset);
      },
      write() {},
    };
    using map = BpfMap.create({ type: "array", value: meddling, maxEntries: 4, flags: ["mmapable"] });
    map.freeze();
    const memory = map.memory({ readonly: true });
    expect(memory.get(0)).toBe(99);
    expect(memory.copy()[0]).toBe(0);
  });

  test("prevents freezing while it is mapped for writing", () => {
    using map = make();
    map.memory();
    expect(() => map.freeze()).toThrow(MapAccessError);
  });
});
