import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CollectionSpec, InvalidArgumentError } from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { requiresCommand } from "../support/requires.ts";

const fieldsOf = ({ maps }: CollectionSpec) =>
  Object.fromEntries(
    Object.entries(maps).map(([name, map]) => {
      const { type, keySize, valueSize, maxEntries, flags, numaNode, mapExtra, pinning } = map;
      return [name, { type, keySize, valueSize, maxEntries, flags, numaNode, mapExtra, pinning }];
    }),
  );

function edited(): CollectionSpec {
  const spec = CollectionSpec.fromFile(testObject("collection"));
  const { table, numbers, pinned } = spec.maps;
  if (table === undefined || numbers === undefined || pinned === undefined) throw new Error("no maps");
  Object.assign(table, { type: "lru-hash", maxEntries: 77 });
  numbers.valueSize = 16;
  pinned.pinning = "none";
  pinned.flags = ["mmapable"];
  if (spec.variables["step"] !== undefined) spec.variables["step"].value = 5;
  if (spec.variables["level"] !== undefined) spec.variables["level"].value = -9;
  return spec;
}

test("a written object has the edits of maps and variables", async () => {
  const spec = edited();
  const again = CollectionSpec.fromBytes(spec.toBytes(), { name: spec.name });
  expect(fieldsOf(again)).toEqual(fieldsOf(spec));
  expect(again.maps["table"]?.key).toBe(spec.maps["table"]?.key);
  expect(again.variables["step"]?.value).toBe(5);
  expect(again.variables["level"]?.value).toBe(-9);
  expect(again.toBytes()).toEqual(again.bytes);
  using coll = await again.load();
  expect(coll.maps["table"]).toMatchObject({ type: "lru-hash", maxEntries: 77 });
  expect(coll.maps["numbers"]).toMatchObject({ type: "array", valueSize: 16, maxEntries: 8 });
  expect(coll.variables["level"]?.value).toBe(-9);
});

test("bpftool generates a skeleton from a written object", (context) => {
  requiresCommand(context, "bpftool");
  const folder = mkdtempSync(join(tmpdir(), "written-"));
  try {
    const path = join(folder, "written.o");
    writeFileSync(path, edited().toBytes());
    const skeleton = execFileSync("bpftool", ["gen", "skeleton", path, "name", "written"], {
      encoding: "utf8",
    });
    expect(skeleton).toContain("struct bpf_map *table;");
    expect(skeleton).toContain("level;");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["load_legacy", "load_legacy_mixed", "load_legacy_no_btf"])(
  "%s: legacy maps are written as maps of .maps, with their edits",
  async (name) => {
    const spec = CollectionSpec.fromFile(testObject(name));
    const before = fieldsOf(spec);
    const written = CollectionSpec.fromBytes(spec.toBytes());
    expect(fieldsOf(written)).toEqual(before);
    expect(new Set(Object.values(written.maps).map(({ section }) => section))).not.toContain("maps");
    expect(written.toBytes()).toEqual(written.bytes);
    if (spec.maps["counts"] !== undefined) spec.maps["counts"].maxEntries = 9;
    using coll = await CollectionSpec.fromBytes(spec.toBytes()).load();
    expect(coll.maps["counts"]?.maxEntries).toBe(9);
    const { returnValue } = (await coll.programs["count"]?.testRun({ data: new Uint8Array(64) })) ?? {};
    expect(returnValue).toBe(3);
  },
);

test("edits that an object cannot contain are refused by name", () => {
  const refused = (edit: (spec: CollectionSpec) => void, message: RegExp) => {
    const spec = CollectionSpec.fromFile(testObject("collection"));
    edit(spec);
    expect(() => spec.toBytes()).toThrow(InvalidArgumentError);
    expect(() => spec.toBytes()).toThrow(message);
  };
  refused(
    (spec) => Object.assign(spec.maps["table"] ?? {}, { autocreate: false }),
    /edits of "table" cannot/,
  );
  refused((spec) => Object.assign(spec.maps["table"] ?? {}, { pinPath: "/sys/fs/bpf/x" }), /"table"/);
  refused((spec) => Object.assign(spec.maps["table"] ?? {}, { maxEntries: -1 }), /maxEntries of map "table"/);
  refused((spec) => Object.assign(spec.maps[".data"] ?? {}, { maxEntries: 2 }), /"\.data"/);
  // libbpf takes no contents for .bss.
  refused((spec) => Object.assign(spec.variables["hits"] ?? {}, { value: 4n }), /"\.bss"/);
  refused((spec) => Object.assign(spec.programs["count"] ?? {}, { autoload: false }), /"count"/);
});

test("an edit that is taken back leaves the object as it is", () => {
  const spec = CollectionSpec.fromFile(exampleObject("counter"));
  const map = spec.maps["counter_map"];
  if (map === undefined) throw new Error("no map");
  map.maxEntries = 7;
  expect(spec.toBytes()).not.toEqual(spec.bytes);
  map.maxEntries = 1;
  expect(spec.toBytes()).toEqual(spec.bytes);
});
