import type { ObjectSpec } from "../spec/index.ts";
import { LoaderModule } from "./module.ts";
import type { Generated, GeneratedFile, GenerateOptions } from "./options.ts";
import { findRecordTypes } from "./records.ts";

/**
 * Writes the loader of an object. The same object and options give the same text, on any machine.
 *
 * @throws UnknownNameError when the object has no type or map that the options name.
 * @throws BtfError when its BTF makes no sense.
 */
export function generate(spec: ObjectSpec, options: GenerateOptions): Generated {
  const records = findRecordTypes(spec, options.types);
  const module = new LoaderModule(spec, options, records);
  const files: GeneratedFile[] = [{ name: `${options.stem}.ts`, contents: module.toString() }];
  if (options.object === "file") files.push({ name: `${options.stem}.o`, contents: spec.bytes });
  return { files, notes: records.notes };
}
