import type { MapBase } from "../map/index.ts";
import type { Handle } from "../native/handle.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { LivePrograms } from "./live-programs.ts";
import { type Loaded, load } from "./load.ts";
import type { LoadOptions } from "./options.ts";

/** The live maps and programs of an object that was loaded before, by name. */
export interface Existing {
  readonly maps: ReadonlyMap<string, MapBase>;
  readonly programs: Map<string, Handle>;
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
  const loaded = await load(copy, options);
  const origins = Object.values(spec.programs).map(
    ({ name, section, type, attachType, attachTo, autoattach }) => ({
      ...{ name, section, type, attachType, attachTo },
      isManual: !autoattach,
    }),
  );
  return { ...loaded, programs: new LivePrograms(copy, origins, programs) };
}
