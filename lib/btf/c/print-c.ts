import { UnknownNameError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import { checkBtf } from "../check-btf.ts";
import type { TypeId } from "../types.ts";
import { CPrinter } from "./printer.ts";

/** Options of {@link printC}. */
export interface PrintCOptions {
  /**
   * The names of the types to print with their dependencies, optionally prefixed by `struct`, `union` or `enum`.
   * Default: all.
   */
  types?: readonly string[] | undefined;
}

/**
 * Prints BTF as compilable C. Each type follows its dependencies. The output has forward declarations where types refer
 * to each other, and padding and `packed` where C would otherwise lay out a struct differently.
 *
 * The second of two types with the same name gets the suffix `___2`, which CO-RE ignores.
 *
 * @throws {@link UnknownNameError} when no type has a requested name; {@link BtfError} for types that C cannot have.
 *
 * @example
 * ```ts
 * console.log(printC(Btf.kernel(), { types: ["task_struct"] }));
 * ```
 */
export function printC(btf: Btf, options: PrintCOptions = {}): string {
  const printer = new CPrinter(checkBtf(btf, "btf of printC"));
  if (options.types === undefined) {
    const count = btf.typeCount;
    for (let id = 1; id < count; id++) printer.define(id);
  } else {
    for (const name of options.types) for (const id of idsOf(btf, name)) printer.define(id);
  }
  return printer.text;
}

const tagged = new Set(["struct", "union", "enum", "enum64"]);

function idsOf(btf: Btf, name: string): TypeId[] {
  const [, tag, bare = name] = /^(struct|union|enum) (.*)$/.exec(name) ?? [];
  const found = btf.findAll(bare).filter(({ kind }) => {
    if (tag === undefined) return tagged.has(kind) || kind === "typedef";
    return kind === tag || (tag === "enum" && kind === "enum64");
  });
  if (found.length === 0) throw new UnknownNameError({ what: "type", wanted: name, known: namesIn(btf) });
  return found.map(({ id }) => id);
}

function* namesIn(btf: Btf): Iterable<string> {
  for (const { kind, name } of btf.types()) if (tagged.has(kind) || kind === "typedef") yield name;
}
