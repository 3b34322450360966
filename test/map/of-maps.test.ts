import { describe, expect, test } from "vitest";
import {
  Map as BpfMap,
  ClosedError,
  EncodeError,
  HashMap,
  InvalidArgumentError,
  MapIncompatibleError,
  MapOfMaps,
  ProgramArray,
} from "../../lib/index.ts";

for (const type of ["array-of-maps", "hash-of-maps"] as const) {
  describe(type, () => {
    test("stores and returns maps", () => {
      using inner = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 8 });
      using outer = BpfMap.create({ type, key: "u32", maxEntries: 4, inner });
      expect(outer).toBeInstanceOf(MapOfMaps);
      inner.set(1, 11);
      outer.set(2, inner);
      expect(outer.getId(2)).toBe(inner.id);
      using found = outer.get(2);
      expect(found).toBeInstanceOf(HashMap);
      expect(found.id).toBe(inner.id);
      // A second one over the same map of the kernel.
      inner.close();
      expect(found.get(1)).toBe(11);
      expect(outer.nextKey()).toBe(2);
      expect([...outer.keys()]).toEqual([2]);
      expect(outer.get(3)).toBeUndefined();
      expect(outer.delete(2)).toBe(true);
      expect(outer.get(2)).toBeUndefined();
    });

    test("rejects other values, closed maps, and maps of another shape with the differences", () => {
      using inner = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 8 });
      using outer = BpfMap.create({ type, key: "u32", name: "outer", maxEntries: 4, inner });
      using other = BpfMap.create({ type: "hash", name: "odd", key: "u64", value: "u32", maxEntries: 8 });
      expect(() => outer.set(0, 5 as never)).toThrow(EncodeError);
      expect(() => outer.set(0, null as never)).toThrow(EncodeError);
      try {
        outer.set(0, other);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(MapIncompatibleError);
        expect((error as MapIncompatibleError).differences).toEqual([
          { field: "keySize", expected: 4, actual: 8 },
        ]);
      }
      other.close();
      expect(() => outer.set(0, other)).toThrow(ClosedError);
    });
  });
}

test("a map of maps needs an inner map at creation", () => {
  expect(() => BpfMap.create({ type: "hash-of-maps", key: "u32", maxEntries: 4 })).toThrow(
    InvalidArgumentError,
  );
});

test("a program array accepts only programs, up to its size", () => {
  using programs = BpfMap.create({ type: "prog-array", maxEntries: 2 });
  expect(programs).toBeInstanceOf(ProgramArray);
  expect(programs.get(0)).toBeUndefined();
  expect(() => programs.set(0, 3 as never)).toThrow(EncodeError);
  expect(programs.delete(0)).toBe(false);
});
