import { describe, expect, test } from "vitest";
import {
  type ArrayMap,
  Map as BpfMap,
  ClosedError,
  CollectionSpec,
  EncodeError,
  HashMap,
  InvalidArgumentError,
  MapIncompatibleError,
  MapOfMaps,
  ProgramArray,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

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
  // @ts-expect-error it needs "inner"
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

test("a loaded map of arrays with the flag inner-map takes arrays of any length", (context) => {
  requiresLinux(context, "5.10", "BPF_F_INNER_MAP");
  const spec = CollectionSpec.fromFile(testObject("spec/map_in_map"));
  for (const map of Object.values(spec.maps)) map.autocreate = map.name !== "without_inner";
  using loaded = spec.loadSync();
  const outer = loaded.maps.with_anonymous_inner as unknown as MapOfMaps<number, ArrayMap<unknown>>;
  const array = { type: "array", value: "u64", flags: ["inner-map"] } as const;
  using longer = BpfMap.create({ ...array, maxEntries: 6 });
  outer.set(1, longer as never);
  expect(outer.getId(1)).toBe(longer.id);
  // The error does not report a difference in length.
  using hash = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 6 });
  const refusal = thrownBy(() => outer.set(2, hash as never)) as MapIncompatibleError;
  expect(refusal).toBeInstanceOf(MapIncompatibleError);
  expect(refusal.differences.map(({ field }) => field)).toEqual(["type", "flags"]);
});

function thrownBy(call: () => void): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}
