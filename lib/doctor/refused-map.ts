import type { ProgramSpec } from "../spec/index.ts";

/** The first refused map that a program or a function that it calls refers to. */
export function refusedMapOf(program: ProgramSpec, refused: ReadonlySet<string>): string | undefined {
  if (refused.size === 0) return undefined;
  for (const { target } of program.reachableInstructions()) {
    if (target?.kind === "map" && typeof target.map === "string" && refused.has(target.map))
      return target.map;
    if (target?.kind === "data" && target.section !== undefined && refused.has(target.section))
      return target.section;
  }
  return undefined;
}
