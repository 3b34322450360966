import { existsSync } from "node:fs";
import { join } from "node:path";
import { MapIncompatibleError } from "../errors.ts";
import { BpfMap, MapBase, mapDifferences } from "../map/index.ts";
import { isRingBuffer, type MapSpec, type ObjectSpec } from "../spec/index.ts";
import { shapeOf } from "./map-types.ts";

/**
 * Makes sure that the live maps which are to stand for maps of an object can. libbpf refuses them too, but says not why.
 *
 * @throws MapIncompatibleError with each difference.
 */
export function checkReplacements(spec: ObjectSpec, pinRoot: string): void {
  for (const map of Object.values(spec.maps)) {
    if (!map.autocreate) continue;
    if (map.replaceWith instanceof MapBase) checkReplacement(map, map.replaceWith);
    else checkPinned(map, map.pinPath ?? (map.pinning === "by-name" ? join(pinRoot, map.name) : undefined));
  }
}

function checkReplacement(spec: MapSpec, map: MapBase): void {
  // How many entries it has, and its flags, are for who made it to decide.
  const { type, keySize, valueSize } = shapeOf(spec);
  const found = mapDifferences(isRingBuffer(spec.type) ? { type } : { type, keySize, valueSize }, map);
  if (found.length > 0) throw new MapIncompatibleError(spec.name, found, `its replacement "${map.name}"`);
}

function checkPinned(spec: MapSpec, path: string | undefined): void {
  // libbpf makes the sizes of these itself, out of the machine's pages and CPUs.
  if (path === undefined || isRingBuffer(spec.type) || spec.maxEntries === 0 || !existsSync(path)) return;
  let map: MapBase;
  try {
    map = BpfMap.fromPin(path);
  } catch {
    // It is not to be read by us, or is no map: libbpf will say so.
    return;
  }
  try {
    const found = mapDifferences(shapeOf(spec), map);
    if (found.length > 0) throw new MapIncompatibleError(spec.name, found, path);
  } finally {
    map.close();
  }
}
