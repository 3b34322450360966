import type { CollectionSpec } from "../lib/index.ts";

/** Makes an object of others pin nothing: its maps would stay on the BPF file system, and be found there by the next load. */
export function withoutPins(spec: CollectionSpec): CollectionSpec {
  for (const map of Object.values(spec.maps)) if (map !== undefined) map.pinning = "none";
  return spec;
}
