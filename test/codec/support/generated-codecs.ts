import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Codec } from "../../../lib/codec/codec.ts";
import { generate } from "../../../lib/codegen/generate.ts";
import { strip } from "../../../lib/codegen/strip.ts";
import { ObjectSpec } from "../../../lib/spec/index.ts";

const root = join(import.meta.dirname, "../../..");

/** The codecs of an object's variables, out of the loader that bpf2ts writes for it. */
export async function generatedCodecs(object: Uint8Array): Promise<Record<string, Codec<unknown>>> {
  const spec = ObjectSpec.fromBytes<ObjectSpec>(strip(object), { name: "random" });
  const { files } = generate(spec, {
    stem: "random.bpf",
    prefix: "Random",
    source: "random.bpf.o",
    types: [],
    globalTypes: true,
    object: "embed",
    js: false,
  });
  // The package as it is in this checkout, not as it was last built.
  const text = String(files[0]?.contents)
    .replace('from "ebpf"', `from "${join(root, "lib/index.ts")}"`)
    .replace('from "ebpf/generated"', `from "${join(root, "lib/codec/generated.ts")}"`);
  const parent = join(root, ".build/test");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "generated-"));
  try {
    const file = join(folder, "random.bpf.ts");
    writeFileSync(file, text);
    const { loadRandomSpec } = (await import(file)) as { loadRandomSpec(): ObjectSpec };
    const { variables } = loadRandomSpec();
    return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.codec]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
