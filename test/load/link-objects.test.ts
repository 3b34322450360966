// kernels: native
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec, LinkObjectsError, linkObjects } from "../../lib/index.ts";
import { mutate, structureOf } from "../spec/mutate.ts";
import { testObject } from "../support/objects.ts";
import { Random } from "../support/random.ts";

const parts = ["spec/same_names_1", "spec/same_names_2"].map((name) => readFileSync(testObject(name)));

test("two objects are linked into one with the programs of both", () => {
  const programs = (bytes: Uint8Array) => Object.keys(CollectionSpec.fromBytes(bytes).programs);
  expect(programs(linkObjects(parts)).sort()).toEqual(parts.flatMap(programs).sort());
});

test("a file that is not an object is refused with the reason", () => {
  expect(() => linkObjects([])).toThrow(expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }));
  expect(() => linkObjects([new Uint8Array(100)])).toThrow(LinkObjectsError);
  expect(() => linkObjects([...parts, Buffer.from("hello")])).toThrow(LinkObjectsError);
  // The second defines what the first has defined.
  expect(() => linkObjects([...parts, ...parts])).toThrow(
    /cannot link 4 objects: libbpf: .*\(read_first\).*'objects\[0\] or objects\[2\]'/,
  );
});

test("linking a mutated object gives an object or a typed error, and never ends this process", {
  timeout: 60_000,
}, () => {
  const regions = parts.map(structureOf);
  const outcomes = { linked: 0, refused: 0 };
  for (let seed = 1; seed <= 150; seed++) {
    const random = new Random(seed);
    const mutated = parts.map((part, i) => mutate(part, regions[i] ?? [], random));
    try {
      linkObjects(mutated);
      outcomes.linked++;
    } catch (error) {
      expect(error).toBeInstanceOf(LinkObjectsError);
      outcomes.refused++;
    }
  }
  expect(outcomes.linked).toBeGreaterThan(10);
  expect(outcomes.refused).toBeGreaterThan(10);
});
