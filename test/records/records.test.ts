// kernels: native
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { strip } from "../../lib/codegen/strip.ts";
import { linkObjects } from "../../lib/load/link-objects.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { compileUnstripped } from "../support/unstripped.ts";

const expected: Record<string, string> = {
  by_reserve: "reserved",
  by_stack: "on_stack",
  by_scratch: "scratched",
  by_cast: "cast",
  by_argument: "handed",
  by_global: "global_argument",
  by_inline: "inlined",
  by_scalar: "unsigned long long",
  by_variable: "global_event",
  by_length: "variable_length",
  by_dynptr: "dynamic",
  by_slice: "sliced",
  by_element: "element",
  by_packet: "packet",
  by_user: "command",
  by_inner: "nested",
  by_header: "in_header",
  by_choice: "chosen",
  by_named_store: "by_line",
  by_head: "headed",
  by_count: "counted",
  by_moved: "moved",
};

function read(...flags: string[]): ObjectSpec {
  const { bytes } = compileUnstripped("records/ways.c", ...flags);
  return ObjectSpec.fromBytes<ObjectSpec>(bytes);
}

test.each([
  [["-O2", "-gdwarf-5"]],
  [["-O2", "-gdwarf-4"]],
  [["-O1"]],
  [["-O2", "-mcpu=v4"]],
  [["-O2", "-mcpu=v1"]],
  [["-O2", "-target", "bpfeb"]],
  [["-O2", "-gz=zlib"]],
])("the type of each buffer's records is found, compiled with %j", (flags) => {
  const { records } = read(...flags);
  const found = Object.fromEntries(
    Object.keys(expected).map((map) => [map, records[map]?.types.map(({ name }) => name).join()]),
  );
  expect(found).toEqual(expected);
});

test("the source line of each send is reported", () => {
  const { records } = read();
  for (const map of Object.keys(expected)) expect(records[map]?.types[0]?.lines[0]).toMatch(/^ways\.c:\d+$/);
});

test.each(["-gdwarf-5", "-gdwarf-4"])(
  "the line of a send in an inlined function is that of the call, with %s",
  (flag) => {
    const { records } = read(flag);
    const lines = readFileSync(join(import.meta.dirname, "../bpf/records/ways.c"), "utf8").split("\n");
    for (const map of ["by_choice", "by_named_store", "by_head"]) {
      const call = 1 + lines.findIndex((line) => line.includes(`reserve_or_scratch(&${map},`));
      expect(records[map]?.types[0]?.lines).toEqual([`ways.c:${call}`]);
    }
  },
);

test("several types of one buffer are all found", () => {
  expect(
    read()
      .records["by_kind"]?.types.map(({ name }) => name)
      .sort(),
  ).toEqual(["closed", "opened"]);
});

test("an uncertain type is not reported", () => {
  const { records } = read();
  expect(records["unknown"]).toMatchObject({ types: [], candidates: [] });
  expect(records["unknown"]?.reason).toMatch(
    /^the records sent at ways\.c:\d+ have a type that the object does not name/,
  );
  expect(records["unused"]).toBeUndefined();
  // A pointer to the first member of a longer record.
  expect(records["by_part"]).toMatchObject({ types: [], candidates: ["owner"] });
  expect(records["by_decoy"]).toMatchObject({ types: [], candidates: ["decoy"] });
  expect(records["by_decoy"]?.reason).toMatch(/ may be of one type, but nothing confirms it$/);
});

test("with BTF alone, no wrong type is reported", () => {
  const { bytes } = compileUnstripped("records/ways.c");
  const { records } = ObjectSpec.fromBytes<ObjectSpec>(strip(bytes));
  const found = Object.entries(records).flatMap(([map, { types }]) => types.map(({ name }) => [map, name]));
  expect(found.length).toBeGreaterThan(2);
  for (const [map, name] of found) expect(name).toBe(expected[map as string]);
});

test.each(["bpfel", "bpfeb"])(
  "in a linked object of %s, functions and types of one name are not confused",
  (target) => {
    const [first, second] = ["first", "second"].map(
      (name) => compileUnstripped(`records/linked-${name}.c`, "-target", target).bytes,
    ) as [Uint8Array, Uint8Array];
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const { records } = ObjectSpec.fromBytes<ObjectSpec>(linkObjects(order));
      expect(records["first"]?.types).toMatchObject([{ size: 20, lines: ["linked-first.c:17"] }]);
      expect(records["second"]?.types).toMatchObject([{ size: 8, lines: ["linked-second.c:16"] }]);
    }
  },
);

test("a type that only DWARF has gets a codec", () => {
  const spec = read();
  expect(() => spec.btf?.find("reserved")).not.toThrow();
  const { recordCodec } = spec.maps["by_reserve"] as (typeof spec.maps)[string];
  const bytes = new Uint8Array(20);
  bytes.set([7, 0, 0, 0, ...Buffer.from("name")]);
  expect(recordCodec?.read(new DataView(bytes.buffer), 0, 20)).toEqual({ pid: 7, comm: "name" });
  expect(spec.typeCodec("struct reserved").size).toBe(20);
});
