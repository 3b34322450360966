import type { MapBase } from "../map/index.ts";
import type { Program } from "../program/index.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { type Loaded, load } from "./load.ts";
import type { LoadOptions } from "./options.ts";

/** The live maps and programs of an object that was loaded before. */
export interface Existing {
  readonly maps: ReadonlyMap<string, MapBase>;
  readonly programs: [string, Program][];
}

/** Loads an object around maps and programs that exist. The maps stay with the caller; the programs are handed over. */
export async function adopt(
  spec: ObjectSpec,
  { maps, programs }: Existing,
  options: LoadOptions,
): Promise<Loaded> {
  const copy = spec.copy();
  for (const program of Object.values(copy.programs)) program.autoload = false;
  for (const map of Object.values(copy.maps)) map.replaceWith = maps.get(map.name) ?? map.replaceWith;
  return { ...(await load(copy, options)), programs };
}
