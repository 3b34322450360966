import { ElfFile, rewriteElf, sectionTypes } from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";
import { isLegacyMap } from "../load-plan.ts";
import { mapFieldChecks, mapFieldNames } from "../map-fields.ts";
import type { MapEdits, MapSpec } from "../map-spec.ts";
import { defineMaps } from "./define-maps.ts";

// The fields that a definition in `.maps` can have.
const definable: ReadonlySet<string> = new Set([...mapFieldNames, "pinning"]);

/** A spec with its edits. */
export interface EditedObject {
  readonly name: string;
  /** The object with edited instructions and struct_ops maps. */
  readonly bytes: Uint8Array;
  readonly maps: readonly MapSpec[];
  /** The programs with other edits. */
  readonly programs: readonly { readonly name: string }[];
  readonly kconfig: string;
}

/**
 * The object with all edits of a spec.
 *
 * @throws {@link InvalidArgumentError} when it has edits that an object cannot contain.
 */
export function writeEdits({ name: object, bytes, maps, programs, kconfig }: EditedObject): Uint8Array {
  const elf = new ElfFile(bytes);
  const refused = programs.map(({ name }) => `"${name}"`);
  if (kconfig !== "") refused.push("the kernel configuration");
  const defined: MapSpec[] = [];
  const contents = new Map<number, Uint8Array>();
  for (const map of maps) {
    const edits = map.edits();
    if (edits === undefined && !isLegacyMap(map)) continue;
    const section = edits?.contents === undefined ? undefined : sectionOf(elf, map, edits);
    if (section !== undefined) contents.set(section, edits?.contents as Uint8Array);
    else if (edits === undefined || isDefinable(map, edits)) defined.push(map);
    else refused.push(`"${map.name}"`);
  }
  if (refused.length > 0)
    throw new InvalidArgumentError(
      `toBytes of object "${object}": edits of ${refused.join(", ")} cannot be written to a file`,
      { remedy: "Load the spec itself, or change the C source" },
    );
  return defineMaps(contents.size === 0 ? bytes : rewriteElf(bytes, elf, { contents }), defined);
}

/** The index of the section with the contents of a map. Undefined when they cannot be written there. */
function sectionOf(elf: ElfFile, { dataSection }: MapSpec, edits: MapEdits): number | undefined {
  const section = dataSection === undefined ? undefined : elf.section(dataSection);
  const isOnly = Object.keys(edits).every((field) => field === "name" || field === "contents");
  if (section === undefined || !isOnly || section.type === sectionTypes.nobits) return undefined;
  return section.size === edits.contents?.length && dataSection !== ".kconfig" ? section.index : undefined;
}

/** @throws {@link InvalidArgumentError} for a value that no map can have. */
function isDefinable(map: MapSpec, edits: MapEdits): boolean {
  const { section, inner, slots } = map;
  for (const field of mapFieldNames)
    if (edits[field] !== undefined) mapFieldChecks[field](edits[field], `${field} of map "${map.name}"`);
  if ((section !== ".maps" && !isLegacyMap(map)) || inner !== undefined || slots.length > 0) return false;
  if (map.mapExtra > 0xffff_ffffn) return false;
  return Object.keys(edits).every((field) => field === "name" || definable.has(field));
}
