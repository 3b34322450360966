import { type Instruction, type Item, Label, resolve } from "../../asm/index.ts";
import { type ElfSymbol, symbolBindings, symbolTypes } from "../../elf/index.ts";
import { AsmError } from "../../errors/index.ts";
import { JUMP_TABLES } from "../jump-tables.ts";
import { isMapSection } from "../map-sections.ts";

export const R_BPF_64_64 = 1;
const R_BPF_64_32 = 10;
const PSEUDO_CALL = 1;

/** A reference that the loader resolves. */
export interface Relocation {
  /** Bytes from the start of the program. */
  readonly offset: number;
  /** The symbol's number. */
  readonly symbol: number;
  readonly type: number;
}

/** The parts of an object that instructions can refer to. */
export interface Symbols {
  readonly symbols: readonly ElfSymbol[];
  readonly sections: readonly { readonly name: string }[];
}

/** Instructions in the form of an object file. */
export interface ObjectForm {
  readonly instructions: readonly Instruction[];
  readonly slots: number;
  readonly relocations: readonly Relocation[];
  /** The slot of each label. */
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Resolves the references of a program: its own labels to offsets, other names to symbols of the object.
 *
 * @throws {@link AsmError} when the object has no symbol of a name.
 */
export function objectForm(elf: Symbols, items: readonly Item[], program: string): ObjectForm {
  const labels = new Set(items.flatMap((item) => (item instanceof Label ? item.name : [])));
  const symbols = new Map<Instruction, { symbol: ElfSymbol; type: number }>();
  const placed = items.map((item) => {
    if (item instanceof Label || item.target === undefined) return item;
    if (item.target.kind === "label" && labels.has(item.target.name)) return item;
    const { symbol, addend } = symbolFor(elf, item, program);
    const isCall = item.slots === 1;
    // A call counts slots from the one behind it, an address bytes.
    const made = isCall
      ? item.with({ target: undefined, src: PSEUDO_CALL, imm: addend / 8 - 1, offset: 0 })
      : item.with({ target: undefined, src: 0, imm: addend, high: 0 });
    symbols.set(made, { symbol, type: isCall ? R_BPF_64_32 : R_BPF_64_64 });
    return made;
  });
  const { instructions, slots, labels: places } = resolve(placed);
  const relocations: Relocation[] = [];
  let slot = 0;
  for (const instruction of instructions) {
    const reference = symbols.get(instruction);
    if (reference !== undefined) {
      relocations.push({ offset: slot * 8, symbol: reference.symbol.index, type: reference.type });
    }
    slot += instruction.slots;
  }
  return { instructions, slots, relocations, labels: places };
}

function symbolFor(
  elf: Symbols,
  instruction: Instruction,
  program: string,
): { symbol: ElfSymbol; addend: number } {
  const { target, high } = instruction;
  const symbol = findSymbol(elf, target);
  if (symbol !== undefined) {
    if (target?.kind === "data") {
      return { symbol, addend: target.section === undefined ? high : high - symbol.value };
    }
    if (target?.kind !== "label" || symbol.binding !== symbolBindings.local) return { symbol, addend: 0 };
    // libbpf accepts a static function only as an offset in its section.
    const section = elf.symbols.find((s) => s.type === symbolTypes.section && s.section === symbol.section);
    return section === undefined ? { symbol, addend: 0 } : { symbol: section, addend: symbol.value };
  }
  const live = target?.kind === "map" && typeof target.map !== "string";
  throw new AsmError(
    `program "${program}": \`${instruction}\` refers to ${live ? "a live map" : "a name that the object does not have"}`,
    { remedy: live ? "Refer to a map of the object by its name" : undefined },
  );
}

function findSymbol(elf: Symbols, target: Instruction["target"]): ElfSymbol | undefined {
  const { symbols, sections } = elf;
  switch (target?.kind) {
    case "map":
      return symbols.find(
        ({ name, section }) =>
          section !== 0 && name === target.map && isMapSection(sections[section]?.name ?? ""),
      );
    case "data": {
      if (target.section === undefined) {
        return symbols.find(
          ({ type, name, section }) =>
            type === symbolTypes.object && section !== 0 && name === target.variable,
        );
      }
      const inSection = symbols.filter(
        ({ section }) => section !== 0 && sections[section]?.name === target.section,
      );
      // libbpf finds the size of a jump table by its symbol.
      if (target.section === JUMP_TABLES) return inSection.find(({ name }) => name === target.variable);
      return (
        inSection.find(({ type }) => type === symbolTypes.section) ??
        inSection.find(({ type, name }) => type === symbolTypes.object && name === target.variable) ??
        inSection.find(({ type }) => type === symbolTypes.object)
      );
    }
    case "label":
      return symbols.find(({ type, name }) => type === symbolTypes.func && name === target.name);
    case "kfunc":
    case "ksym":
      return symbols.find(({ section, name }) => section === 0 && name === target.name);
    default:
      return undefined;
  }
}
