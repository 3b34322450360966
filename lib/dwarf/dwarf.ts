import type { ElfFile } from "../elf/index.ts";
import { tags } from "./constants.ts";
import { readFileNames } from "./file-names.ts";
import { type DwarfFunction, readFunction } from "./functions.ts";
import { placementsOf } from "./placement.ts";
import { DwarfSections } from "./sections.ts";
import { Unit } from "./unit.ts";

/**
 * The debug information (DWARF) of an object about its functions and their variables. BTF has the types of globals and
 * parameters. DWARF also has the types and locations of local variables.
 *
 * Reads DWARF 2 to 5 in either byte order without system calls. A unit is read when its functions are requested.
 */
export class Dwarf {
  readonly #units: readonly Unit[];
  #functions: readonly DwarfFunction[] | undefined;

  private constructor(units: readonly Unit[]) {
    this.#units = units;
  }

  /**
   * Returns undefined for an object that was compiled without debug information, or stripped.
   *
   * @throws {@link DwarfError} when the data is truncated, inconsistent, or split over several files.
   */
  static of(elf: ElfFile): Dwarf | undefined {
    return Dwarf.#ofUnits(unitsOf(new DwarfSections(elf)));
  }

  /**
   * The debug information of objects that were linked into one. The linker of libbpf leaves it out of the result.
   *
   * @param parts - The objects in the order in which they were linked.
   * @param linked - The result, whose addresses the functions get.
   * @throws {@link DwarfError} as `of` does.
   */
  static ofLinked(parts: readonly ElfFile[], linked: ElfFile): Dwarf | undefined {
    const placements = placementsOf(parts, linked);
    return Dwarf.#ofUnits(parts.flatMap((part, i) => unitsOf(new DwarfSections(part, placements[i]))));
  }

  static #ofUnits(units: readonly Unit[]): Dwarf | undefined {
    return units.length === 0 ? undefined : new Dwarf(units);
  }

  /**
   * Returns all functions that have instructions.
   *
   * @throws {@link DwarfError}
   */
  get functions(): readonly DwarfFunction[] {
    this.#functions ??= this.#units.flatMap((unit) => {
      const found: DwarfFunction[] = [];
      const fileNames = readFileNames(unit);
      for (const die of unit.root.children()) {
        if (die.tag !== tags.subprogram) continue;
        const one = readFunction(die, fileNames);
        if (one !== undefined) found.push(one);
      }
      return found;
    });
    return this.#functions;
  }
}

function unitsOf(sections: DwarfSections): readonly Unit[] {
  return sections.contents("debug_info").length === 0 ? [] : Unit.readAll(sections);
}
