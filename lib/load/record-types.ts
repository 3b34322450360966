import type { Codec } from "../codec/codec.ts";
import { codecOf } from "../codec/index.ts";
import type { MapBase } from "../map/index.ts";
import { setRecordTypes } from "../map/record-types.ts";
import type { MapSpec, MapType, ObjectSpec } from "../spec/index.ts";

const carryRecords: ReadonlySet<MapType> = new Set<MapType>(["ringbuf", "user-ringbuf", "perf-event-array"]);

/** Notes with a map that programs send records through where their types are to be found. */
export function noteRecordTypes(map: MapBase, object: ObjectSpec, spec: MapSpec): void {
  if (!carryRecords.has(map.type)) return;
  setRecordTypes(map, {
    find: (name) => object.typeCodec(name),
    declared: declaredRecord(map, object, spec),
  });
}

// From BTF where there is some, although a loader may bring codecs of its own: only of codecs made here it is known
// what they read, and so how to make a view of it. The values of a perf event array are descriptors, whatever its
// records are.
function declaredRecord(
  { type }: MapBase,
  object: ObjectSpec,
  { value, valueCodec }: MapSpec,
): Codec<unknown> | undefined {
  if (type === "perf-event-array" && (valueCodec === undefined || valueCodec.size === 4)) return undefined;
  return object.btf !== undefined && value !== undefined ? codecOf(object.btf, value) : valueCodec;
}
