import { existsSync } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import {
  BpfMap,
  Btf,
  CollectionSpec,
  LoadError,
  type MapSpec,
  type Program,
  type ProgramSpec,
  RawMap,
} from "../../lib/index.ts";
import { mapTypes } from "../../lib/spec/map-types.ts";
import { loaderOf, textOf } from "../codegen/support/loaders.ts";
import { testObject } from "../support/objects.ts";
import { requires } from "../support/requires.ts";

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
  expect(() => BpfMap.create({ type: "unknown-200", key: "u32", value: "u32", maxEntries: 1 })).toThrow(
    expect.objectContaining({ errnoName: "EINVAL" }),
  );
});

test("a map of a type that is newer than this package is created, used, and found by its ID", (context) => {
  // Linux 7.3 has BPF_MAP_TYPE_RHASH.
  const types = existsSync("/sys/kernel/btf/vmlinux") ? Btf.kernel().findAll("bpf_map_type") : [];
  const values = types.flatMap((type) => (type.kind === "enum" ? type.values : []));
  const newer = values.find(({ name, value }) => value > mapTypes.length && !name.startsWith("__"));
  requires(context, newer !== undefined, "this package knows every map type of the kernel", "kernel");
  const type = `unknown-${Number(newer?.value)}` as const;
  const key = Uint8Array.of(1, 0, 0, 0);
  const value = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0);
  const flags = ["no-prealloc"] as const;
  using map = BpfMap.create({ type, name: "new", key: "u32", value: "u64", maxEntries: 8, flags });
  expectTypeOf(map).toEqualTypeOf<RawMap>();
  map.set(key, value);
  using found = BpfMap.fromId(map.info().id) as unknown as RawMap;
  expect(found).toMatchObject({ type, keySize: 4, valueSize: 8 });
  expect(found).toBeInstanceOf(RawMap);
  expect([...found]).toEqual([[key, value]]);
  const spec = read();
  Object.assign(sessions(spec), { type, flags: ["no-prealloc"] });
  using coll = spec.loadSync();
  const program = coll.programs["on_session"] as Program<"xdp">;
  const data = new Uint8Array(64);
  expect(program.testRunSync({ data }).action).toBe("drop");
  (coll.maps["sessions"] as RawMap).set(new Uint8Array(4), new Uint8Array(16));
  expect(program.testRunSync({ data }).action).toBe("pass");
});

test("the rest of the object loads without the map", () => {
  const spec = read();
  sessions(spec).autocreate = false;
  (spec.programs["on_session"] as ProgramSpec).autoload = false;
  using coll = spec.loadSync();
  expect(Object.keys(coll.programs)).toEqual(["on_count"]);
  expect(coll.maps["counts"]?.get(0)).toBe(0n);
});

test("a generated loader has the map as bytes", () => {
  const text = textOf(loaderOf(testObject("load/map_unknown")));
  expect(text).toContain("/** unknown-200, 16 entries */\n    sessions: RawMap;");
});
