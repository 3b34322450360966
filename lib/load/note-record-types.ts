import type { MapBase } from "../map/index.ts";
import { setRecordTypes } from "../map/record-types.ts";
import { carriesRecords, type MapSpec, type ObjectSpec } from "../spec/index.ts";

/** Registers, for each map through which programs send records, how to find the types of the records. */
export function noteRecordTypes(
  map: MapBase,
  object: ObjectSpec,
  spec: MapSpec,
  lost: () => bigint | undefined,
): void {
  if (!carriesRecords(map.type)) return;
  setRecordTypes(map, {
    find: (name) => object.typeCodec(name),
    // Searched when a reader is opened, because the search may have to analyse the programs.
    get declared() {
      return spec.recordCodec;
    },
    get kinds() {
      return spec.recordCodecs;
    },
    lost,
  });
}
