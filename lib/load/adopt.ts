import type { MapBase } from "../map/index.ts";
import type { Handle } from "../native/handle.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { LivePrograms } from "./live-programs.ts";
import { type Loaded, load } from "./load.ts";
import type { LoadOptions } from "./options.ts";

/** The live maps and programs of an earlier load of an object, by name. */
export interface Existing {
  readonly maps: ReadonlyMap<string, MapBase>;
  readonly programs: Map<string, Handle>;
}

/**
 * Creates the parts of a loaded object from existing maps and programs. The caller keeps the maps; the result owns the
 * programs.
 */
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
