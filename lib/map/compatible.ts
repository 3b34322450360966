import type { MapDifference } from "../errors/index.ts";
import { comparedMapFields, type MapFields, type MapType, mapFlags } from "../spec/index.ts";
import type { MapBase } from "./map-base.ts";

/** The properties that two compatible maps have in common. Undefined properties are not compared. */
export type MapShape = {
  readonly [Field in Exclude<keyof MapFields, "numaNode">]?: MapFields[Field] | undefined;
};

// Flags that do not affect the use of the map.
const immaterial = mapFlags["numa-node"] | mapFlags["token-fd"] | mapFlags["vtype-btf-obj-fd"];

// The kernel adds this flag itself: programs never write to a devmap (0cdbb4b09a06, Linux 5.8).
function setByKernel(type: MapType): number {
  return type === "devmap" || type === "devmap-hash" ? mapFlags["rdonly-prog"] : 0;
}

/**
 * The shape that every map in a map of maps must have, from the shape of the map that the outer map was created with.
 * Inner hash maps may differ in their number of entries (Linux 4.12), arrays only with the flag inner-map (5.10).
 */
export function innerShape(shape: MapShape): MapShape {
  const { type, flags = 0 } = shape;
  const fixed = type?.includes("array") && (flags & mapFlags["inner-map"]) === 0;
  return fixed ? shape : { ...shape, maxEntries: undefined };
}

/** Returns the differences between an existing map and a shape. The list is empty for a compatible map. */
export function differences(expected: MapShape, map: MapBase): MapDifference[] {
  const { type, flagBits } = map;
  const actual = { ...map.info(), flags: flagBits };
  const found: MapDifference[] = [];
  for (const field of comparedMapFields as (keyof MapShape)[]) {
    const wanted = expected[field];
    if (wanted === undefined || wanted === actual[field]) continue;
    const ignored = immaterial | setByKernel(type);
    if (field === "flags" && ((Number(wanted) ^ flagBits) & ~ignored) === 0) continue;
    found.push({ field, expected: wanted, actual: actual[field] });
  }
  return found;
}
