import { innerShape, type MapCodecs, type MapShape } from "../map/index.ts";
import { comparedMapFields, type MapSpec } from "../spec/index.ts";

/** The types of a map in a spec. */
export function mapCodecs(spec: MapSpec): MapCodecs {
  const { inner } = spec;
  return {
    key: spec.keyCodec,
    // A data section is a map of bytes. Its variables have the types.
    value: spec.dataSection === undefined ? spec.valueCodec : undefined,
    inner: inner && { shape: innerShape(shapeOf(inner)), types: mapCodecs(inner) },
  };
}

/** The properties that a replacement map must have. */
export function shapeOf(spec: MapSpec): MapShape {
  const { fields } = spec;
  return Object.fromEntries(comparedMapFields.map((field) => [field, fields[field]]));
}
