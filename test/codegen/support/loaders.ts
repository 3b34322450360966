import { basename } from "node:path";
import { generate } from "../../../lib/codegen/generate.ts";
import { pascalCase } from "../../../lib/codegen/names.ts";
import type { Generated, GenerateOptions } from "../../../lib/codegen/options.ts";
import { ObjectSpec } from "../../../lib/spec/index.ts";

/** What bpf2ts writes for an object. */
export function loaderOf(path: string, changed: Partial<GenerateOptions> = {}): Generated {
  const name = basename(path).replace(/(\.bpf)?\.o$/, "");
  const spec = ObjectSpec.fromFile<ObjectSpec>(path, { name });
  return generate(spec, {
    stem: `${name}.bpf`,
    prefix: pascalCase(name),
    source: basename(path),
    types: [],
    globalTypes: true,
    object: "embed",
    js: false,
    ...changed,
  });
}

/** The text of one of its files. */
export function textOf({ files }: Generated, ending = ".ts"): string {
  const file = files.find(({ name }) => name.endsWith(ending));
  if (file === undefined) throw new Error(`no file ends with ${ending}`);
  return String(file.contents);
}
