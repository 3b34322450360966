import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Generated, GenerateOptions } from "../../lib/codegen/options.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { debianObjects } from "../support/debian-objects.ts";
import { builtObjects } from "../support/objects.ts";
import { requires } from "../support/requires.ts";
import { loaderOfBytes, textOf } from "./support/loaders.ts";
import { typeErrors } from "./support/type-check.ts";

interface Sample {
  title: string;
  name: string;
  bytes: Uint8Array;
}

// Other objects to try: EBPF_TEST_OBJECTS=/a.o:/b.o
const own = [...builtObjects(), ...(process.env.EBPF_TEST_OBJECTS?.split(":") ?? [])].map(
  (path): Sample => ({
    title: relative(process.cwd(), path),
    name: basename(path),
    bytes: readFileSync(path),
  }),
);
let shipped: Sample[] = [];

beforeAll(() => {
  shipped = debianObjects()
    .map(({ package: origin, name, bytes }) => ({ title: `${origin}: ${name}`, name, bytes }))
    .filter(({ bytes }) => isReadable(bytes));
}, 120_000);

/** Some objects are invalid on purpose. */
function isReadable(bytes: Uint8Array): boolean {
  try {
    ObjectSpec.fromBytes(bytes, { name: "object" });
    return true;
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    return false;
  }
}

function loader({ name, bytes }: Sample, changed: Partial<GenerateOptions> = {}): Generated {
  // The object itself is only text, and slow to check.
  return loaderOfBytes(bytes, name, { object: "file", ...changed });
}

/** What the strictest tsc says of the loaders of objects. */
function errorsOf(samples: readonly Sample[]): string[] {
  const files: Record<string, string> = {};
  samples.forEach((sample, i) => {
    const folder = `.build/corpus/${i}`;
    files[`${folder}/loader.bpf.ts`] = textOf(loader(sample));
    files[`${folder}/untyped.bpf.ts`] = textOf(loader(sample, { globalTypes: false }));
    files[`${folder}/declared.bpf.d.ts`] = textOf(loader(sample, { js: true }), ".d.ts");
  });
  // Loaders with different names can be exported by one file.
  const named = new Map(samples.map((sample, i) => [sample.name, `export * from "./${i}/loader.bpf.ts";\n`]));
  const exports = [...named.values()].slice(0, 8);
  files[".build/corpus/all.ts"] = exports.join("");
  return typeErrors(files).map((error) =>
    error.replace(/^\.build\/corpus\/(\d+)\//, (_, i) => `${samples[Number(i)]?.title}: `),
  );
}

test("the strictest tsc accepts what is written for every object of ours", { timeout: 300_000 }, () => {
  expect(own.length).toBeGreaterThan(60);
  expect(errorsOf(own)).toEqual([]);
});

test("the strictest tsc accepts what is written for every object that Debian ships", {
  timeout: 300_000,
}, (context) => {
  requires(context, shipped.length > 0, "Debian's packages cannot be fetched here");
  expect(shipped.length).toBeGreaterThan(120);
  expect(errorsOf(shipped)).toEqual([]);
});

test("the same object gives the same loader", () => {
  for (const sample of [...own, ...shipped]) {
    const [first, second] = [textOf(loader(sample)), textOf(loader(sample))];
    expect(first === second, sample.title).toBe(true);
  }
});
