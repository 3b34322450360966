import { encode, type Item, Label } from "../../asm/index.ts";
import {
  type ElfSymbol,
  type NewSection,
  type NewSymbol,
  sectionFlags,
  sectionTypes,
  symbolBindings,
  symbolTypes,
} from "../../elf/index.ts";
import { AsmError } from "../../errors/index.ts";
import { type ObjectForm, objectForm } from "../write/object-form.ts";
import type { NewProgram } from "./contents.ts";
import { relocationSection } from "./relocation-section.ts";
import { checkName } from "./symbols.ts";

export const TEXT = ".text";

/** A function of a new object. */
export interface Function {
  readonly name: string;
  readonly section: string;
  readonly items: readonly Item[];
  readonly isStatic: boolean;
}

/** A program and the functions after it. libbpf requires the functions in `.text`. */
export function functionsOf(name: string, { section, instructions }: NewProgram): Function[] {
  checkName(name, "program");
  const called = new Set<string>();
  for (const item of instructions) {
    if (item instanceof Label || item.target?.kind !== "label") continue;
    if (item.opcode === 0x85 || item.slots === 2) called.add(item.target.name);
  }
  const functions: (Function & { items: Item[] })[] = [{ name, section, items: [], isStatic: false }];
  for (const item of instructions) {
    if (item instanceof Label && called.has(item.name)) {
      functions.push({ name: item.name, section: TEXT, items: [], isStatic: true });
    } else functions.at(-1)?.items.push(item);
  }
  return functions;
}

/** Functions with their offsets in the sections. */
export interface Placed {
  readonly functions: readonly (Function & { offset: number })[];
  readonly sections: readonly NewSection[];
  readonly symbols: readonly NewSymbol[];
}

export function place(
  functions: readonly Function[],
  names: readonly string[],
  locals: readonly NewSymbol[],
  globals: readonly NewSymbol[],
): Placed {
  const taken = new Set<string>();
  for (const { name } of [...functions, ...globals]) {
    if (taken.has(name)) throw new AsmError(`the object has two symbols of the name "${name}"`);
    taken.add(name);
  }
  // The first pass determines the lengths, the second uses the places of all functions.
  let forms: ObjectForm[] = [];
  let offsets: number[] = functions.map(() => 0);
  let symbols: NewSymbol[] = [];
  for (let pass = 0; pass < 2; pass++) {
    const own = functions.map((each, i) => functionSymbol(each, offsets[i] ?? 0, (forms[i]?.slots ?? 0) * 8));
    symbols = [
      ...locals,
      ...own.filter((s) => s.binding === 0),
      ...own.filter((s) => s.binding !== 0),
      ...globals,
    ];
    const view = viewOf(symbols, names);
    forms = functions.map(({ name, items }) => objectForm(view, items, name));
    const ends = new Map<string, number>();
    offsets = functions.map(({ section }, i) => {
      const at = ends.get(section) ?? 0;
      ends.set(section, at + (forms[i]?.slots ?? 0) * 8);
      return at;
    });
  }
  const sections: NewSection[] = [];
  for (const name of new Set([TEXT, ...functions.map(({ section }) => section)])) {
    const inside = functions.flatMap((each, i) => (each.section === name ? [i] : []));
    const data = Buffer.concat(inside.map((i) => encode((forms[i] as ObjectForm).instructions)));
    const flags = sectionFlags.alloc | sectionFlags.execInstr;
    sections.push({ name, type: sectionTypes.progbits, flags, data, align: 8 });
    const relocations = inside.flatMap((i) =>
      (forms[i] as ObjectForm).relocations.map((r) => ({ ...r, offset: r.offset + (offsets[i] as number) })),
    );
    if (relocations.length > 0) sections.push(relocationSection(name, relocations));
  }
  return {
    functions: functions.map((each, i) => ({ ...each, offset: offsets[i] as number })),
    sections,
    symbols,
  };
}

/** Returns new symbols in the form of symbols that are read from a file. */
function viewOf(symbols: readonly NewSymbol[], names: readonly string[]) {
  const section = (name: string | undefined) => (name === undefined ? 0 : names.indexOf(name) + 1);
  return {
    sections: [{ name: "" }, ...names.map((name) => ({ name }))],
    symbols: symbols.map(
      ({ name, section: of, value = 0, size = 0, type, binding }, i): ElfSymbol => ({
        index: i + 1,
        name,
        value,
        size,
        type,
        binding,
        visibility: 0,
        section: section(of),
      }),
    ),
  };
}

function functionSymbol({ name, section, isStatic }: Function, value: number, size: number): NewSymbol {
  const binding = isStatic ? symbolBindings.local : symbolBindings.global;
  return { name, section, value, size, type: symbolTypes.func, binding };
}
