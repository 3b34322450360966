import type { ElfFile } from "../elf/index.ts";
import { tags } from "./constants.ts";
import { type DwarfFunction, readFunction } from "./functions.ts";
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
    const sections = new DwarfSections(elf);
    if (sections.contents("debug_info").length === 0) return undefined;
    return new Dwarf(Unit.readAll(sections));
  }

  /**
   * Returns all functions that have instructions.
   *
   * @throws {@link DwarfError}
   */
  get functions(): readonly DwarfFunction[] {
    this.#functions ??= this.#units.flatMap((unit) => {
      const found: DwarfFunction[] = [];
      for (const die of unit.root.children()) {
        if (die.tag !== tags.subprogram) continue;
        const one = readFunction(die);
        if (one !== undefined) found.push(one);
      }
      return found;
    });
    return this.#functions;
  }
}
