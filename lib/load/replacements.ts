import { MapIncompatibleError } from "../errors/index.ts";
import { MapBase, mapDifferences } from "../map/index.ts";
import { isRingBuffer, type MapSpec, type ObjectSpec } from "../spec/index.ts";
import { shapeOf } from "./map-codecs.ts";

/**
 * Checks that live maps can replace maps of an object. libbpf accepts any map, and the verifier then refuses the
 * programs.
 *
 * @throws {@link MapIncompatibleError} with each difference.
 */
export function checkReplacements(spec: ObjectSpec): void {
  for (const map of Object.values(spec.maps)) {
    if (map.autocreate && map.replaceWith instanceof MapBase) checkReplacement(map, map.replaceWith);
  }
}

function checkReplacement(spec: MapSpec, map: MapBase): void {
  // The creator of the map chooses its number of entries and flags.
  const { type, keySize, valueSize } = shapeOf(spec);
  const found = mapDifferences(isRingBuffer(spec.type) ? { type } : { type, keySize, valueSize }, map);
  if (found.length > 0)
    throw new MapIncompatibleError({
      map: spec.name,
      differences: found,
      where: `its replacement "${map.name}"`,
    });
}
