import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { generate } from "../../../lib/codegen/generate.ts";
import { pascalCase } from "../../../lib/codegen/names.ts";
import type { Generated, GenerateOptions } from "../../../lib/codegen/options.ts";
import { type ObjectOptions, ObjectSpec } from "../../../lib/spec/index.ts";

/** What bpf2ts writes for an object file. */
export function loaderOf(
  path: string,
  changed: Partial<GenerateOptions> & Pick<ObjectOptions, "fields"> = {},
): Generated {
  return loaderOfBytes(readFileSync(path), basename(path), changed);
}

/** What bpf2ts writes for an object that is read already. */
export function loaderOfBytes(
  object: Uint8Array,
  file: string,
  { fields, ...changed }: Partial<GenerateOptions> & Pick<ObjectOptions, "fields"> = {},
): Generated {
  const name = file.replace(/(\.bpf)?\.o$/, "");
  const spec = ObjectSpec.fromBytes<ObjectSpec>(object, { name, fields });
  return generate(spec, {
    stem: `${name}.bpf`,
    prefix: pascalCase(name),
    source: file,
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
