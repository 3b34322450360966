import type { BtfBuilder, TypeId } from "../../btf/index.ts";
import { codecFrom } from "../../codec/index.ts";
import type { NewSymbol } from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";
import { roundUpTo8 } from "../../memory/round-up.ts";
import type { NewVariable } from "./contents.ts";
import { checkName, objectSymbol } from "./symbols.ts";
import { typeOf } from "./type-of.ts";

/** The variables of one section. */
export interface DataSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly constant: boolean;
  readonly symbols: readonly NewSymbol[];
}

const sections = [".data", ".rodata", ".addr_space.1"];

/** The sections of global variables. Sections without variables are omitted. */
export function dataSections(
  builder: BtfBuilder,
  variables: Readonly<Record<string, NewVariable>>,
): DataSection[] {
  return sections.flatMap((section) => {
    const own = Object.entries(variables).filter(([name, variable]) => sectionOf(name, variable) === section);
    if (own.length === 0) return [];
    let end = 0;
    const vars: { type: TypeId; offset: number; size: number }[] = [];
    const symbols: NewSymbol[] = [];
    const writes: ((view: DataView) => void)[] = [];
    for (const [name, { type, value }] of own) {
      checkName(name, "variable");
      const codec = codecFrom(type);
      const offset = roundUpTo8(end);
      end = offset + codec.size;
      const variable = builder.add({ kind: "var", name, type: typeOf(builder, codec) });
      vars.push({ type: variable, offset, size: codec.size });
      symbols.push(objectSymbol(name, section, offset, codec.size));
      if (value !== undefined) writes.push((view) => codec.write(view, offset, value as never));
    }
    builder.add({ kind: "datasec", name: section, size: end, vars });
    const bytes = new Uint8Array(end);
    for (const write of writes) write(new DataView(bytes.buffer));
    return { name: section, bytes, constant: section === ".rodata", symbols };
  });
}

function sectionOf(name: string, { constant, arena }: NewVariable): string {
  if (constant === true && arena === true) {
    throw new InvalidArgumentError(`variable "${name}": a variable in an arena cannot be constant`);
  }
  return arena === true ? ".addr_space.1" : constant === true ? ".rodata" : ".data";
}
