import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec, LoadError, type MapSpec } from "../../lib/index.ts";
import { describeForLoading } from "../../lib/spec/index.ts";
import { builtObjects, exampleObject } from "../support/objects.ts";

function described(file: string): { bytes: Buffer; name: string; description: object } {
  const bytes = readFileSync(file);
  const description = describeForLoading(CollectionSpec.fromBytes(bytes, { name: "described" }));
  expect(description).toBeDefined();
  return { bytes, name: "described", description: description as object };
}

test("a described object is parsed only when its contents are accessed", () => {
  const { description } = described(exampleObject("counter"));
  const spec = CollectionSpec.fromBytes(Buffer.from("no object"), { description });
  expect(spec.littleEndian).toBe(true);
  expect(() => spec.license).toThrow();
});

test("a described object loads and attaches like a parsed one", () => {
  const { bytes, ...options } = described(exampleObject("counter"));
  using coll = CollectionSpec.fromBytes(bytes, options).loadSync();
  coll.attach();
  expect(coll.skipped).toEqual({});
  expect(Object.keys(coll.maps)).toEqual(["counter_map"]);
  expect(Object.keys(coll.programs)).toEqual(["trace_execve"]);
  expect(coll.maps.counter_map?.type).toBe("array");
});

test("a described object has the maps, programs and variables of the parsed one", () => {
  const { bytes, ...options } = described(exampleObject("kprobe"));
  using read = CollectionSpec.fromBytes(bytes, { name: options.name }).loadSync();
  using coll = CollectionSpec.fromBytes(bytes, options).loadSync();
  for (const kind of ["maps", "programs", "variables"] as const)
    expect(Object.keys(coll[kind])).toEqual(Object.keys(read[kind]));
  for (const [name, map] of Object.entries(read.maps)) {
    const { type, keySize, valueSize, maxEntries, flags } = coll.maps[name] as typeof map;
    expect({ type, keySize, valueSize, maxEntries, flags }).toEqual({
      type: map.type,
      keySize: map.keySize,
      valueSize: map.valueSize,
      maxEntries: map.maxEntries,
      flags: map.flags,
    });
  }
});

test("the description of another object is refused, and nothing is loaded", async () => {
  const { description } = described(exampleObject("counter"));
  const bytes = readFileSync(exampleObject("kprobe"));
  const spec = CollectionSpec.fromBytes(bytes, { name: "other", description });
  expect(() => spec.loadSync()).toThrow(LoadError);
  await expect(spec.load()).rejects.toThrow('object "other" differs from the description in its loader');
});

test("a description of another version is ignored", () => {
  const bytes = readFileSync(exampleObject("counter"));
  using coll = CollectionSpec.fromBytes(bytes, { description: { version: 0 } }).loadSync();
  expect(Object.keys(coll.programs)).toEqual(["trace_execve"]);
});

test("an edit of a described object is applied to its load alone", () => {
  const { bytes, ...options } = described(exampleObject("counter"));
  const spec = CollectionSpec.fromBytes(bytes, options);
  using before = spec.loadSync();
  (spec.maps.counter_map as MapSpec).maxEntries = 7;
  using after = spec.loadSync();
  expect(before.maps.counter_map?.maxEntries).toBe(1);
  expect(after.maps.counter_map?.maxEntries).toBe(7);
});

test("an edit during an asynchronous load belongs to the next one", async () => {
  const counter = CollectionSpec.fromFile(exampleObject("counter"));
  const loading = counter.load();
  (counter.programs.trace_execve as { autoattach: boolean }).autoattach = false;
  using coll = await loading;
  coll.attach();
  expect(coll.skipped).toEqual({});
});

test("programs of a closed collection are closed, used before or not", () => {
  const coll = CollectionSpec.fromFile(exampleObject("counter")).loadSync();
  coll.close();
  expect(coll.programs.trace_execve?.closed).toBe(true);
});

test("descriptions of all objects name their maps and programs in order", () => {
  for (const file of builtObjects()) {
    let spec: CollectionSpec;
    try {
      spec = CollectionSpec.fromFile(file);
    } catch {
      continue;
    }
    const description = describeForLoading(spec);
    if (description === undefined) continue;
    const nameOf = (map: string | { name: string }): string => (typeof map === "string" ? map : map.name);
    expect(description.maps.map(nameOf), file).toEqual(Object.keys(spec.maps));
    expect(
      description.programs.map(({ name }) => name),
      file,
    ).toEqual(Object.keys(spec.programs));
  }
});
