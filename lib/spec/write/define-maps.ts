import {
  ElfFile,
  type ElfSection,
  type ElfSymbol,
  placeSymbol,
  rewriteElf,
  sectionTypes,
  symbolBindings,
} from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import { roundUpTo8 } from "../../memory/round-up.ts";
import { isLegacyMap } from "../load-plan.ts";
import type { MapSpec } from "../map-spec.ts";
import { describeMaps, type PlacedMap } from "./describe-maps.ts";

/** Size of a map in the new section in bytes: one pointer per attribute. */
const ENTRY = 64;
/** Size of the common part of struct bpf_map_def. */
const DEFINITION = 20;

/**
 * Gives maps of an object new definitions in `.maps`, with the BTF that libbpf requires: legacy maps of `SEC("maps")`,
 * which libbpf refuses since 1.0, and maps whose definition was edited.
 *
 * @throws {@link ObjectFormatError} for a map that is static, or has attributes of another loader.
 */
export function defineMaps(bytes: Uint8Array, maps: readonly MapSpec[]): Uint8Array {
  if (maps.length === 0) return bytes;
  const elf = new ElfFile(bytes);
  return withModernMaps(
    bytes,
    elf,
    maps.map((map) => ({ map, symbol: symbolOf(elf, map) })),
  );
}

function symbolOf(elf: ElfFile, map: MapSpec): ElfSymbol {
  const { name, section } = map;
  const holder = elf.section(section);
  const symbol = elf.symbols.find((each) => each.name === name && each.section === holder?.index);
  const refuse = (problem: string): ObjectFormatError =>
    new ObjectFormatError(`map "${name}" ${problem}`, { section });
  if (holder === undefined || symbol === undefined) throw refuse("has no symbol");
  if (symbol.binding === symbolBindings.local) throw refuse("is static");
  if (!isLegacyMap(map)) return symbol;
  const end = symbol.size === 0 ? symbol.value + DEFINITION : symbol.value + symbol.size;
  if (holder.data.subarray(symbol.value + DEFINITION, end).some((byte) => byte !== 0)) {
    throw refuse("has attributes of another loader behind map_flags: define it in .maps");
  }
  return symbol;
}

interface FoundMap {
  readonly map: MapSpec;
  readonly symbol: ElfSymbol;
}

/** Moves the maps into `.maps`. If the object has no such section, the first of their sections becomes it. */
function withModernMaps(bytes: Uint8Array, elf: ElfFile, found: readonly FoundMap[]): Uint8Array {
  const { littleEndian, sections } = elf;
  const moved = new Set(found.map(({ symbol }) => symbol.index));
  const existing = elf.section(".maps");
  const home = existing ?? (sections[found[0]?.symbol.section ?? 0] as ElfSection);
  const start = existing === undefined ? 0 : roundUpTo8(existing.size);
  const placed: PlacedMap[] = found.map(({ map }, i) => ({ map, offset: start + i * ENTRY }));
  const definitions = new Uint8Array(start + placed.length * ENTRY);
  if (existing !== undefined) definitions.set(existing.data);

  const symbols = sections.find(({ type }) => type === sectionTypes.symtab) as ElfSection;
  const table = new Uint8Array(symbols.data);
  for (const [i, { symbol }] of found.entries()) {
    const place = { section: home.index, value: start + i * ENTRY, size: ENTRY };
    placeSymbol(new DataView(table.buffer), symbol.index, place, littleEndian);
  }

  // libbpf rejects any section named "maps".
  const names = new Map(found.map(({ symbol }): [number, string] => [symbol.section, ""]));
  names.set(home.index, ".maps");

  const types = elf.section(".BTF");
  const described = describeMaps(
    types?.data,
    littleEndian,
    new Set([".maps", ...found.map(({ map }) => map.section)]),
    {
      placed,
      kept: elf.symbols
        .filter(({ section, index }) => section === existing?.index && !moved.has(index))
        .map(({ name, value }) => ({ name, offset: value })),
      size: definitions.length,
      entrySize: ENTRY,
    },
  );
  const contents = new Map<number, Uint8Array>([
    [home.index, definitions],
    [symbols.index, table],
  ]);
  if (types !== undefined) contents.set(types.index, described);
  const added = types === undefined ? { name: ".BTF", data: described, align: 4 } : undefined;
  return rewriteElf(bytes, elf, { contents, names, added });
}
