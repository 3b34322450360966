import type { ObjectSpec } from "../spec/index.ts";
import { checkSpec } from "./describe-object.ts";
import { paddingNotes } from "./key-padding.ts";
import { findRecordTypes } from "./loader-records.ts";
import type { Form } from "./model.ts";
import { loaderModule } from "./module.ts";
import { type Generated, type GeneratedFile, type GenerateOptions, loaderChoices } from "./options.ts";

/**
 * Generates the loader of an object, without writing it. The same object and options give the same text on any machine.
 *
 * @param spec - The object, with its debug information if it has any: the types of records can be there only.
 * @throws {@link InvalidArgumentError} for a spec or options that do not fit.
 * @throws {@link UnknownNameError} when the options refer to a type or map that the object does not have.
 * @throws {@link BtfError} when the BTF is malformed.
 */
export function generate(spec: ObjectSpec, options: GenerateOptions): Generated {
  checkSpec(spec, "spec of generate");
  const choices = loaderChoices(options);
  const records = findRecordTypes(spec, choices.types);
  const module = (form: Form): string => loaderModule(spec, choices, records, form);
  const { stem } = choices;
  const files: GeneratedFile[] = choices.js
    ? [
        { name: `${stem}.js`, contents: module("js") },
        { name: `${stem}.d.ts`, contents: module("dts") },
      ]
    : [{ name: `${stem}.ts`, contents: module("ts") }];
  if (choices.object === "file") files.push({ name: `${stem}.o`, contents: choices.bytes ?? spec.bytes });
  return { files, notes: [...records.notes, ...paddingNotes(spec)] };
}
