import { mapFlags, type ObjectSpec } from "../spec/index.ts";

/** The sentence about a slot that begins with a map of another kind than the outer map declares. */
export function wrongSlot(spec: ObjectSpec, outer: string, slot: number | string, name: string): string {
  const difference = innerDifference(spec, outer, name);
  const words = difference === "" ? "" : `: ${difference}`;
  return `Slot ${slot} begins with map "${name}", which differs from the inner map that "${outer}" declares${words}`;
}

/**
 * The properties in which a map of a slot differs from the inner map that the outer map declares, in words. Empty if the
 * kernel accepts the map (`bpf_map_meta_equal`).
 */
export function innerDifference({ maps }: ObjectSpec, outer: string, name: string): string {
  const find = (wanted: string) => Object.values(maps).find((each) => each.name === wanted);
  const [inner, map] = [find(outer)?.inner?.fields, find(name)?.fields];
  if (inner === undefined || map === undefined) return "";
  const isOfFixedSize = map.type === "array" && (map.flags & mapFlags["inner-map"]) === 0;
  const fields = [
    "type",
    "keySize",
    "valueSize",
    "flags",
    ...(isOfFixedSize ? ["maxEntries" as const] : []),
  ] as const;
  return fields
    .filter((field) => inner[field] !== map[field])
    .map((field) => `${field} is ${map[field]}, expected ${inner[field]}`)
    .join("; ");
}
