import type { ObjectSpec } from "../spec/index.ts";
import { findRecordTypes } from "./loader-records.ts";
import type { Form } from "./model.ts";
import { loaderModule } from "./module.ts";
import type { Generated, GeneratedFile, GenerateOptions } from "./options.ts";

/**
 * Generates the loader of an object. The same object and options give the same text on any machine.
 *
 * @throws {@link UnknownNameError} when the options refer to a type or map that the object does not have.
 * @throws {@link BtfError} when the BTF is malformed.
 */
export function generate(spec: ObjectSpec, options: GenerateOptions): Generated {
  const records = findRecordTypes(spec, options.types);
  const module = (form: Form): string => loaderModule(spec, options, records, form);
  const { stem } = options;
  const files: GeneratedFile[] = options.js
    ? [
        { name: `${stem}.js`, contents: module("js") },
        { name: `${stem}.d.ts`, contents: module("dts") },
      ]
    : [{ name: `${stem}.ts`, contents: module("ts") }];
  if (options.object === "file") files.push({ name: `${stem}.o`, contents: options.bytes ?? spec.bytes });
  return { files, notes: records.notes };
}
