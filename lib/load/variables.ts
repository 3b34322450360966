import { ENODEV } from "../errno.ts";
import { ClosedError, NotSupportedError } from "../errors.ts";
import type { MapBase } from "../map/index.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { VariableSpec } from "../spec/index.ts";
import { Variable } from "../variable.ts";

/** The live variables of one data section, which share one mapping of its map, made when first used. */
export function liveVariables(map: MapBase, specs: VariableSpec[]): Variable[] {
  let view: DataView | undefined;
  const memory = (writable: boolean): DataView => {
    view ??= mapped(map, writable);
    return view;
  };
  return specs.map(
    (spec) => new Variable(spec.name, spec.codec, () => memory(!spec.constant), spec.offset, spec.constant),
  );
}

function mapped(map: MapBase, writable: boolean): DataView {
  if (map.closed) throw new ClosedError(`map "${map.name}"`);
  const memory = native().mapMemory(map[handleOf], writable);
  if (typeof memory !== "number") return new DataView(memory);
  const errno = -memory;
  throw new NotSupportedError(`the variables of "${map.name}" cannot be mapped into memory`, {
    operation: "mmap",
    errno,
    remedy: errno === ENODEV ? "Needs Linux 5.5" : undefined,
  });
}
