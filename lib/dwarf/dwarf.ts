import type { ElfFile } from "../elf/index.ts";
import { tags } from "./constants.ts";
import { type DwarfFunction, readFunction } from "./functions.ts";
import { DwarfSections } from "./sections.ts";
import { Unit } from "./unit.ts";

/**
 * What the debugger's information of an object says of its functions and their variables. BTF has the types of
 * globals and parameters, DWARF also those of local variables, and where they are kept.
 *
 * Reads DWARF 2 to 5 of either byte order without a system call. A unit is read when its functions are asked for.
 */
export class Dwarf {
  readonly #units: readonly Unit[];
  #functions: readonly DwarfFunction[] | undefined;

  private constructor(units: readonly Unit[]) {
    this.#units = units;
  }

  /**
   * Undefined for an object that was compiled without it, or stripped.
   *
   * @throws {@link DwarfError} for what is cut short, contradicts itself, or is split over several files.
   */
  static of(elf: ElfFile): Dwarf | undefined {
    const sections = new DwarfSections(elf);
    if (sections.contents("debug_info").length === 0) return undefined;
    return new Dwarf(Unit.readAll(sections));
  }

  /**
   * Every function that has instructions.
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
