import { mkdtempSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { BpfMap, type Collection, CollectionSpec, type MapSpec, type Program } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

const packet = { data: new Uint8Array(64) };
const read = (name: string) => CollectionSpec.fromFile(testObject(name));

async function count(coll: Collection): Promise<number> {
  return (await (coll.programs.count as Program).testRun(packet)).returnValue;
}

test.each(["load_legacy", "load_legacy_mixed"])("%s: maps without BTF are loaded and typed", async (name) => {
  using coll = await read(name).load();
  expect([await count(coll), await count(coll)]).toEqual([3, 6]);
  expect(coll.maps.counts?.get(1)).toBe(6n);
  const totals = coll.maps.totals?.get(new Uint8Array([1, 0, 0, 0])) as Uint8Array[] | undefined;
  expect(totals?.some(([low]) => low === 6)).toBe(true);
  expect(coll.maps.unused_map).toMatchObject({ type: "hash", maxEntries: 100, flags: ["no-prealloc"] });
  expect(coll.variables.step?.value).toBe(3n);
  if (name === "load_legacy_mixed") expect(coll.maps.modern?.get(0)).toBe(6n);
});

test("legacy map definitions are loaded from an object without BTF", async () => {
  using coll = await read("load_legacy_no_btf").load();
  expect([await count(coll), await count(coll)]).toEqual([3, 6]);
  expect(coll.maps.counts?.get(1)).toEqual(new Uint8Array([6, 0, 0, 0, 0, 0, 0, 0]));
});

test("legacy maps are edited, replaced and pinned", async () => {
  const root = mkdtempSync("/sys/fs/bpf/test-");
  try {
    const spec = read("load_legacy");
    const { counts, totals } = spec.maps as Record<"counts" | "totals", MapSpec>;
    counts.maxEntries = 8;
    counts.pinning = "by-name";
    using other = BpfMap.create({ type: "percpu-hash", key: "u32", value: "u64", maxEntries: 3 });
    totals.replaceWith = other;
    using coll = await spec.load({ pinRoot: root });
    await count(coll);
    using pinned = BpfMap.fromPin(`${root}/counts`);
    expect([pinned.maxEntries, pinned.id]).toEqual([8, coll.maps.counts?.id]);
    expect(other.get(1)).toContain(3n);
    using again = await spec.load({ pinRoot: root });
    expect(again.maps.counts?.get(1)).toBe(3n);
  } finally {
    rmSync(root, { recursive: true });
  }
});
