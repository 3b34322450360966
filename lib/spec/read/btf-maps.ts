import type { Btf } from "../../btf/index.ts";
import { type ElfSection, sectionTypes } from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import type { InitialSlot, MapDefinition } from "../defined-map.ts";
import { isMapInMap } from "../map-types.ts";
import { readMapDefinition } from "./map-definition.ts";
import { lastAtOrBefore, type ObjectSource, type SectionVariable } from "./object-source.ts";

const POINTER = 8;

/** The maps that `.maps` defines, in their order. */
export function readBtfMaps(source: ObjectSource): MapDefinition[] {
  const section = source.elf.section(".maps");
  if (section === undefined) return [];
  const names = source.symbolsIn(section).flatMap(({ name }) => (name === "" ? [] : `"${name}"`));
  const btf = source.needBtf(names.length === 0 ? "maps" : `the maps of the object (${names.join(", ")})`);
  const variables = source.variables(section);
  if (variables === undefined)
    throw new ObjectFormatError("BTF does not list its variables", { section: ".maps" });
  const slots = readSlots(source, section, variables);
  const maps = variables.map((variable) => {
    const { name } = variable;
    if (name === "") throw new ObjectFormatError("a map has no name", { section: ".maps" });
    if (variable.linkage !== "global")
      throw new ObjectFormatError(`map "${name}" is ${variable.linkage}`, { section: ".maps" });
    const { declaration } = variable;
    const map = { ...readMapDefinition(btf, name, btf.resolve(variable.type)), declaration };
    const own = slots.get(variable);
    return own === undefined ? map : { ...map, slots: slotsOf(btf, variable, map, own) };
  });
  return withArenaData(source, maps);
}

interface Slot {
  readonly offset: number;
  readonly name: string;
}

// Each pointer in the initial value of a map is a relocation.
function readSlots(
  source: ObjectSource,
  section: ElfSection,
  variables: readonly SectionVariable[],
): Map<SectionVariable, Slot[]> {
  const slots = new Map<SectionVariable, Slot[]>();
  for (const { offset, symbol } of source.elf.relocations(section)) {
    const variable = lastAtOrBefore(variables, offset, (v) => v.offset);
    if (variable === undefined || offset + POINTER > variable.offset + variable.size) {
      throw new ObjectFormatError(`no map has the pointer at byte ${offset}`, { section: ".maps" });
    }
    const found = slots.get(variable) ?? [];
    found.push({ offset: offset - variable.offset, name: symbol.name });
    slots.set(variable, found);
  }
  return slots;
}

function slotsOf(
  btf: Btf,
  variable: SectionVariable,
  map: MapDefinition,
  slots: readonly Slot[],
): InitialSlot[] {
  const refuse = (problem: string): ObjectFormatError =>
    new ObjectFormatError(`map "${map.name}": ${problem}`, { section: ".maps" });
  if (!isMapInMap(map.type) && map.type !== "prog-array")
    throw refuse(`a ${map.type} takes no initial values`);
  const struct = btf.resolve(variable.type);
  const values = struct.kind === "struct" ? struct.members.at(-1) : undefined;
  if (values?.name !== "values") throw refuse('initial values without "values"');
  return slots.map(({ offset, name }) => {
    const index = (offset - values.bitOffset / 8) / POINTER;
    if (index < 0 || !Number.isInteger(index)) throw refuse(`initial value at byte ${offset} is in no slot`);
    return { index, name };
  });
}

// Globals that live in an arena (LLVM's address space 1) are its contents.
function withArenaData(source: ObjectSource, maps: MapDefinition[]): MapDefinition[] {
  const arenas = maps.filter((map) => map.type === "arena");
  if (arenas.length > 1) throw new ObjectFormatError("there is more than one arena", { section: ".maps" });
  const data = arenaSection(source);
  if (data === undefined) return maps;
  if (arenas.length === 0) {
    throw new ObjectFormatError("variables in an arena, but no arena in .maps to hold them", {
      section: data.name,
    });
  }
  return maps.map((map) =>
    map.type === "arena" ? { ...map, data: { section: data.name, size: data.size, bytes: data.data } } : map,
  );
}

/** The section in which clang places the global variables of an arena. */
export function arenaSection(source: ObjectSource): ElfSection | undefined {
  const section = source.elf.section(".addr_space.1");
  return section?.type === sectionTypes.progbits && section.size > 0 ? section : undefined;
}
