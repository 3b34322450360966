import { relative } from "node:path";
import { expect, test } from "vitest";
import { builtObjects } from "../support/objects.ts";
import { loaderOf, textOf } from "./support/loaders.ts";
import { typeErrors } from "./support/type-check.ts";

// Other objects to try, as those that a distribution ships: EBPF_TEST_OBJECTS=/a.o:/b.o
const objects = [...builtObjects(), ...(process.env.EBPF_TEST_OBJECTS?.split(":") ?? [])];

test("the strictest tsc accepts what is written for every object", { timeout: 300_000 }, () => {
  expect(objects.length).toBeGreaterThan(20);
  const files: Record<string, string> = {};
  objects.forEach((object, i) => {
    const folder = `.build/corpus/${i}`;
    // The object itself is only text, and slow to check.
    files[`${folder}/loader.bpf.ts`] = textOf(loaderOf(object, { object: "file" }));
    files[`${folder}/untyped.bpf.ts`] = textOf(loaderOf(object, { object: "file", globalTypes: false }));
    files[`${folder}/declared.bpf.d.ts`] = textOf(loaderOf(object, { js: true }), ".d.ts");
  });
  // And two loaders in one program collide in nothing.
  const exports = objects.slice(0, 8).map((_, i) => `export * from "./${i}/loader.bpf.ts";\n`);
  files[".build/corpus/all.ts"] = exports.join("");
  const names = objects.map(
    (object, i) => [`.build/corpus/${i}/`, `${relative(process.cwd(), object)}: `] as const,
  );
  const errors = typeErrors(files).map((error) =>
    names.reduce((text, [folder, object]) => text.replace(folder, object), error),
  );
  expect(errors).toEqual([]);
});

test("the same object gives the same text", () => {
  for (const object of objects) {
    const [first, second] = [textOf(loaderOf(object)), textOf(loaderOf(object))];
    expect(first === second, object).toBe(true);
  }
});
