import { basename } from "node:path";
import { type EbpfErrorOptions, MapIncompatibleError } from "../errors/index.ts";
import { BpfMap, mapDifferences } from "../map/index.ts";
import { isRingBuffer, type MapSpec, type ObjectSpec } from "../spec/index.ts";
import { shapeOf } from "./map-codecs.ts";

/**
 * The error for a load that failed because libbpf found a pinned map that the object cannot use. Undefined for any
 * other failure.
 */
export function pinMismatch(
  spec: ObjectSpec,
  log: string,
  options: EbpfErrorOptions,
): MapIncompatibleError | undefined {
  const path = /couldn't reuse pinned map at '([^'\n]+)': parameter mismatch/.exec(log)?.[1];
  if (path === undefined) return undefined;
  const maps = Object.values(spec.maps);
  const map =
    maps.find(({ pinPath }) => pinPath === path) ??
    maps.find(({ name, pinning }) => pinning === "by-name" && name === basename(path));
  if (map === undefined) return undefined;
  using pinned = BpfMap.fromPin(path);
  const found = mapDifferences(wantedShape(map), pinned);
  return found.length === 0
    ? undefined
    : new MapIncompatibleError({ map: map.name, differences: found, where: path, ...options });
}

// Skips values that libbpf derives from the page size and the number of CPUs.
function wantedShape(spec: MapSpec) {
  const shape = shapeOf(spec);
  if (isRingBuffer(spec.type)) return { type: shape.type, flags: shape.flags };
  return spec.maxEntries === 0 ? { ...shape, maxEntries: undefined } : shape;
}
