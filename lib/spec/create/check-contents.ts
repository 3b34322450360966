import {
  arrayOf,
  type Check,
  checkBoolean,
  checkObject,
  checkText,
  checkU64,
  optional,
  optionsOf,
  type Schema,
  unchecked,
  wordOf,
} from "../../arguments/index.ts";
import { checkBtf } from "../../btf/check-btf.ts";
import { checkMapFlags, checkMapType } from "../kernel-names.ts";
import { mapFieldChecks } from "../map-fields.ts";
import type { NewMap, NewProgram, NewStructOps, NewVariable, ObjectContents } from "./contents.ts";

const innerMap: Omit<Schema<NewMap>, "inner" | "pinning"> = {
  type: checkMapType,
  // codecFrom checks them.
  key: unchecked,
  value: unchecked,
  maxEntries: optional(mapFieldChecks.maxEntries),
  flags: optional(checkMapFlags),
  mapExtra: optional(checkU64),
};

const checkMap = optionsOf<NewMap>({
  ...innerMap,
  pinning: optional(wordOf(["by-name"])),
  inner: optional(optionsOf<Omit<NewMap, "inner" | "pinning">>(innerMap)),
});

const checkVariable = optionsOf<NewVariable>({
  type: unchecked,
  value: unchecked,
  constant: optional(checkBoolean),
  arena: optional(checkBoolean),
});

const checkProgram = optionsOf<NewProgram>({ section: checkText, instructions: arrayOf(unchecked) });

const checkStructOps = optionsOf<NewStructOps>({
  type: checkText,
  link: optional(checkBoolean),
  members: each("member", unchecked),
});

const checkAll = optionsOf<ObjectContents>({
  license: optional(checkText),
  maps: optional(each("map", checkMap)),
  variables: optional(each("variable", checkVariable)),
  programs: optional(each("program", checkProgram)),
  structOps: optional(each("struct_ops", checkStructOps)),
  kernelBtf: optional(checkBtf),
});

/** Checks the contents of a new object. */
export function checkContents(contents: unknown): ObjectContents {
  // Options may be left out, contents may not.
  if (contents === undefined) checkObject(contents, "contents of CollectionSpec.create");
  return checkAll(contents, "CollectionSpec.create");
}

/** An object whose values all pass the check. */
function each<T>(what: string, check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, subject) => {
    const entries: [string, T][] = Object.entries(checkObject(value, subject));
    return Object.fromEntries(entries.map(([name, one]) => [name, check(one, `${what} "${name}"`)]));
  };
}
