import type { MapBase } from "../map/index.ts";
import { setRecordTypes } from "../map/record-types.ts";
import { carriesRecords, type MapSpec, type ObjectSpec } from "../spec/index.ts";

/** Notes with a map that programs send records through where their types are to be found. */
export function noteRecordTypes(
  map: MapBase,
  object: ObjectSpec,
  spec: MapSpec,
  lost: () => bigint | undefined,
): void {
  if (!carriesRecords(map.type)) return;
  setRecordTypes(map, {
    find: (name) => object.typeCodec(name),
    // Looked for when a reader asks: programs may have to be followed.
    get declared() {
      return spec.recordCodec;
    },
    get kinds() {
      return spec.recordCodecs;
    },
    lost,
  });
}
