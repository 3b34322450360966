import { expect, test } from "vitest";
import { BpfMap, CollectionSpec, LoadError, type MapSpec, type ProgramSpec } from "../../lib/index.ts";
import { loaderOf, textOf } from "../codegen/support/loaders.ts";
import { testObject } from "../support/objects.ts";

// A map of type 200, which neither this package nor any kernel knows.
const read = (): CollectionSpec => CollectionSpec.fromFile(testObject("load/map_unknown"));
const sessions = (spec: CollectionSpec): MapSpec => spec.maps["sessions"] as MapSpec;

test("a map of an unknown type is read, edited, copied and written like any other", () => {
  const spec = read();
  expect(sessions(spec)).toMatchObject({ type: "unknown-200", keySize: 4, valueSize: 16, maxEntries: 16 });
  expect(sessions(spec).valueCodec?.name).toBe("struct session");
  sessions(spec).maxEntries = 32;
  for (const other of [spec.copy(), CollectionSpec.fromBytes(spec.toBytes())])
    expect(sessions(other)).toMatchObject({ type: "unknown-200", maxEntries: 32 });
});

test("loading it fails with the kernel's answer, which names the map and its type", () => {
  const refusal = expect.objectContaining({
    subject: "sessions",
    errnoName: "EINVAL",
    remedy: expect.stringMatching(/^Maps of type 200 are newer than this package/),
  });
  expect(() => read().loadSync()).toThrow(refusal);
  expect(() => read().loadSync()).toThrow(LoadError);
  expect(() =>
    BpfMap.create({ type: "unknown-200", key: "u32", value: "u32", maxEntries: 1 } as never),
  ).toThrow(expect.objectContaining({ errnoName: "EINVAL" }));
});

test("the rest of the object loads without the map", () => {
  const spec = read();
  sessions(spec).autocreate = false;
  (spec.programs["on_session"] as ProgramSpec).autoload = false;
  using coll = spec.loadSync();
  expect(Object.keys(coll.programs)).toEqual(["on_count"]);
  expect(coll.maps["counts"]?.get(0)).toBe(0n);
});

test("a generated loader has the map with the types of its definition", () => {
  const text = textOf(loaderOf(testObject("load/map_unknown")));
  expect(text).toContain("/** unknown-200, 16 entries */\n    sessions: HashMap<number, MapUnknownSession>;");
});
