import type { MapDifference } from "../errors.ts";
import type { MapType } from "../spec/index.ts";
import { mapFlags } from "../spec/index.ts";
import type { MapBase } from "./base.ts";

/** What two maps must have in common for one to stand for the other; what is absent does not matter. */
export interface MapShape {
  readonly type?: MapType | undefined;
  readonly keySize?: number | undefined;
  readonly valueSize?: number | undefined;
  readonly maxEntries?: number | undefined;
  readonly flags?: number | undefined;
  readonly mapExtra?: bigint | undefined;
}

const fields = ["type", "keySize", "valueSize", "maxEntries", "flags", "mapExtra"] as const;

// What says nothing about how the map is used.
const immaterial = mapFlags["numa-node"] | mapFlags["token-fd"] | mapFlags["vtype-btf-obj-fd"];

// What the kernel sets by itself: programs never write a devmap (0cdbb4b09a06, Linux 5.8).
function setByKernel(type: MapType): number {
  return type === "devmap" || type === "devmap-hash" ? mapFlags["rdonly-prog"] : 0;
}

/** In what a live map differs from a shape: nothing, when it can stand for it. */
export function differences(expected: MapShape, map: MapBase): MapDifference[] {
  const { type, keySize, valueSize, maxEntries } = map;
  const actual = { type, keySize, valueSize, maxEntries, flags: map.flagBits, mapExtra: map.info().mapExtra };
  const found: MapDifference[] = [];
  for (const field of fields) {
    const wanted = expected[field];
    if (wanted === undefined || wanted === actual[field]) continue;
    const ignored = immaterial | setByKernel(type);
    if (field === "flags" && ((Number(wanted) ^ actual.flags) & ~ignored) === 0) continue;
    found.push({ field, expected: wanted, actual: actual[field] });
  }
  return found;
}
