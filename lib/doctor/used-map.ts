import type { ProgramSpec } from "../spec/index.ts";

/** The first map of these names that a program or a function that it calls refers to. */
export function usedMapOf(program: ProgramSpec, names: ReadonlySet<string>): string | undefined {
  if (names.size === 0) return undefined;
  for (const { target } of program.reachableInstructions()) {
    if (target?.kind === "map" && typeof target.map === "string" && names.has(target.map)) return target.map;
    if (target?.kind === "data" && target.section !== undefined && names.has(target.section))
      return target.section;
  }
  return undefined;
}
