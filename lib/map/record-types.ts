import type { Codec, RecordCodecs } from "../codec/index.ts";
import type { MapBase } from "./map-base.ts";

/** The types of the records that programs send through a map. */
export interface RecordTypes {
  /** Returns the codec of a type by its C name. Throws UnknownNameError or NoBtfError. */
  find(name: string): Codec<unknown>;
  /** The type that the definition of the map names, or the only type that programs send; undefined for none. */
  readonly declared: Codec<unknown> | undefined;
  /** Several types that programs send, and their discriminator. */
  readonly kinds: RecordCodecs | undefined;
  /** Records that programs counted as lost; undefined when they do not count, and after the collection was closed. */
  lost(): bigint | undefined;
}

// A WeakMap instead of a property, because most maps have no records.
const known = new WeakMap<MapBase, RecordTypes>();

export function setRecordTypes(map: MapBase, types: RecordTypes): void {
  known.set(map, types);
}

/** Returns undefined for a map from a pin, an ID or another process. */
export function recordTypesOf(map: MapBase): RecordTypes | undefined {
  return known.get(map);
}
