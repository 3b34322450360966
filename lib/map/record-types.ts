import type { Codec, RecordCodecs } from "../codec/index.ts";
import type { MapBase } from "./base.ts";

/** What is known of the records that programs send through a map. */
export interface RecordTypes {
  /** The codec of a type by its C name. Throws UnknownNameError or NoBtfError. */
  find(name: string): Codec<unknown>;
  /** The type that the map's definition names, or the only one that programs send. */
  readonly declared: Codec<unknown> | undefined;
  /** Several types that programs send, and what tells them apart. */
  readonly kinds: RecordCodecs | undefined;
}

// Beside the maps and not in them: most maps have none.
const known = new WeakMap<MapBase, RecordTypes>();

export function setRecordTypes(map: MapBase, types: RecordTypes): void {
  known.set(map, types);
}

/** Undefined for a map that came from a pin, an id or another process. */
export function recordTypesOf(map: MapBase): RecordTypes | undefined {
  return known.get(map);
}
