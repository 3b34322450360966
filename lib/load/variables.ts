import type { MapBase } from "../map/index.ts";
import { mapping } from "../map/mapping.ts";
import type { VariableSpec } from "../spec/index.ts";
import { Variable } from "../variable.ts";

/** The live variables of one data section, which share one mapping of its map, made when first used. */
export function liveVariables(map: MapBase, specs: VariableSpec[]): Variable[] {
  let view: DataView | undefined;
  const memory = (writable: boolean): DataView => {
    view ??= new DataView(mapping(map, writable));
    return view;
  };
  return specs.map(
    (spec) => new Variable(spec.name, spec.codec, () => memory(!spec.constant), spec.offset, spec.constant),
  );
}
