import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CollectionSpec, EbpfError } from "../../lib/index.ts";
import { checkObject } from "../../scripts/corpus/check-object.ts";
import { debianObjects } from "../support/debian-objects.ts";
import { builtObjects, testObject } from "../support/objects.ts";

// scripts/corpus checks the same for whole folders, such as the kernel's selftests.
test("an object with edited programs is read as it was: maps, variables, programs, relocations, BTF and sections", () => {
  // One of four of our own objects, and the first one of each package of Debian.
  // program_helpers has lines of C that differ in their indentation alone.
  const ours = builtObjects().filter((path, i) => i % 4 === 0 || path === testObject("program_helpers"));
  const theirs = new Map(
    debianObjects()
      .reverse()
      .map((object) => [object.package, object.bytes]),
  );
  const objects = [...ours.map((path) => readFileSync(path)), ...theirs.values()];
  let programs = 0;
  for (const bytes of objects) {
    const spec = readable(bytes);
    if (spec !== undefined)
      programs += checkObject(spec, (written) => CollectionSpec.fromBytes(written, { name: spec.name }));
  }
  expect(programs).toBeGreaterThan(50);
});

/** Malformed objects are among them on purpose. */
function readable(bytes: Uint8Array): CollectionSpec | undefined {
  try {
    const spec = CollectionSpec.fromBytes(bytes, { name: "object" });
    for (const program of Object.values(spec.programs)) void program.instructions;
    return spec;
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}
