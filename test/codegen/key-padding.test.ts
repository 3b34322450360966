import { expect, test } from "vitest";
import { testObject } from "../support/objects.ts";
import { loaderOf } from "./support/loaders.ts";

test("a map whose key has padding has a note and a comment, because a program must zero the padding", () => {
  const { files, notes } = loaderOf(testObject("spec/maps"));
  const hint = "the key has 2 bytes of padding, which C must zero: `struct key key = {};`";
  expect(notes.filter((note) => note.startsWith("map "))).toEqual([
    `map "typed_hash": ${hint}; otherwise lookups miss`,
    `map "typed_and_sized": ${hint}; otherwise lookups miss`,
  ]);
  expect(String(files[0]?.contents)).toContain(`     * ${hint}\n`);
});

test("the hint for a key without a name in C names no type", () => {
  expect(loaderOf(testObject("codegen/rows/queues")).notes).toContain(
    'map "trie": the key has 2 bytes of padding, which C must zero; otherwise lookups miss',
  );
});
