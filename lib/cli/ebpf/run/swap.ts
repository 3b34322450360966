import { type Collection, type CollectionSpec, EbpfError, type MapSpec } from "../../../index.ts";
import type { Session } from "./session.ts";

/**
 * Makes a new version of an object reuse the maps of the running one that have the same name, type and sizes. Global
 * variables are kept if their types and offsets are the same.
 */
export function keepMaps(next: CollectionSpec, { spec, coll }: Session): void {
  for (const map of Object.values(next.maps)) {
    const old = Object.hasOwn(spec.maps, map.name) ? spec.maps[map.name] : undefined;
    if (old !== undefined && isSame(map, old, next, spec))
      map.replaceWith = (coll as Collection).maps[map.name];
  }
}

function isSame(a: MapSpec, b: MapSpec, next: CollectionSpec, spec: CollectionSpec): boolean {
  const sizes = ["type", "keySize", "valueSize", "maxEntries", "flags"] as const;
  if (!sizes.every((field) => `${a[field]}` === `${b[field]}`)) return false;
  if (a.dataSection === undefined) return a.structOps === undefined && a.inner === undefined;
  return /^\.(bss|data)/.test(a.dataSection) && placesOf(next, a.name) === placesOf(spec, b.name);
}

/** The variables of a section with their places and types, to compare. */
function placesOf({ variables }: CollectionSpec, map: string): string {
  return Object.values(variables)
    .filter((variable) => variable.map === map)
    .map((variable) => `${variable.name}@${variable.offset}:${variable.size}:${typeName(variable)}`)
    .sort()
    .join();
}

function typeName(variable: CollectionSpec["variables"][string]): string {
  try {
    return variable.codec.name;
  } catch (error) {
    if (error instanceof EbpfError) return "";
    throw error;
  }
}
