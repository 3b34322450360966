import type { MapShape, MapTypes } from "../map/index.ts";
import type { MapSpec } from "../spec/index.ts";

/** What a spec knows of a map's types. */
export function mapTypes(spec: MapSpec): MapTypes {
  const { inner } = spec;
  return {
    key: spec.keyCodec,
    // A data section is bytes: its variables have the types.
    value: spec.dataSection === undefined ? spec.valueCodec : undefined,
    inner: inner && { shape: innerShape(inner), types: mapTypes(inner) },
  };
}

/** What a spec asks of a live map that is to take its place. */
export function shapeOf(spec: MapSpec): MapShape {
  const { type, keySize, valueSize, maxEntries, flags, mapExtra } = spec;
  return { type, keySize, valueSize, maxEntries, flags, mapExtra };
}

// The kernel lets inner hash maps differ in their number of entries.
function innerShape(spec: MapSpec): MapShape {
  const shape = shapeOf(spec);
  return spec.type.includes("array") ? shape : { ...shape, maxEntries: undefined };
}
