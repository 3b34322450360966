import { mkdtempSync, rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Map as BpfMap, CollectionSpec, MapIncompatibleError, type MapSpec } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

const root = mkdtempSync("/sys/fs/bpf/maps-replace-");
afterAll(() => rmSync(root, { recursive: true, force: true }));

function spec(): CollectionSpec & { maps: Record<"numbers" | "pinned", MapSpec> } {
  return CollectionSpec.fromFile(testObject("collection")) as ReturnType<typeof spec>;
}

test("a live map replaces a map of a spec", () => {
  using mine = BpfMap.create({ type: "array", value: "u32", maxEntries: 20 });
  mine.set(19, 5);
  const edited = spec();
  edited.maps.pinned.pinning = "none";
  edited.maps.numbers.replaceWith = mine;
  using coll = edited.loadSync();
  expect(coll.maps.numbers?.id).toBe(mine.id);
  expect(coll.maps.numbers?.get(19)).toBe(5);
  coll.close();
  expect(mine.get(19)).toBe(5);
});

test("a replacement that does not fit is rejected with each difference", () => {
  using mine = BpfMap.create({ type: "hash", name: "mine", key: "u32", value: "u64", maxEntries: 8 });
  const edited = spec();
  edited.maps.pinned.pinning = "none";
  edited.maps.numbers.replaceWith = mine;
  const error = refused(edited);
  expect(error.map).toBe("numbers");
  expect(error.differences).toEqual([
    { field: "type", expected: "array", actual: "hash" },
    { field: "valueSize", expected: 4, actual: 8 },
  ]);
});

test("a pinned map that does not fit is rejected with each difference", () => {
  using other = BpfMap.create({ type: "array", value: "u64", maxEntries: 3 });
  other.pin(`${root}/pinned`);
  const error = refused(spec());
  expect(error.differences).toEqual([{ field: "maxEntries", expected: 1, actual: 3 }]);
  expect(error.message).toContain(`at ${root}/pinned does not fit: maxEntries is 3, not 1`);
  other.unpin();
});

function refused(edited: CollectionSpec): MapIncompatibleError {
  try {
    edited.loadSync({ pinRoot: root }).close();
  } catch (error) {
    if (error instanceof MapIncompatibleError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
