import { type MapBase, mapFrom, openInner } from "../map/index.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeLoaded } from "../native/object.ts";
import { native } from "../native.ts";
import { Program } from "../program/index.ts";
import type { MapSpec, ObjectSpec, VariableSpec } from "../spec/index.ts";
import type { Variable } from "../variable.ts";
import { loadError } from "./load-error.ts";
import { mapTypes } from "./map-types.ts";
import type { LoadOptions } from "./options.ts";
import { noteRecordTypes } from "./record-types.ts";
import { loadRequest } from "./request.ts";
import { liveVariables } from "./variables.ts";

/** What loading gives: handles wrapped in live objects, still without a collection to own them. */
export interface Loaded {
  object: Handle;
  /** What libbpf and the verifier said. */
  log: string;
  maps: [string, MapBase][];
  programs: [string, Program][];
  variables: [string, Variable][];
}

/** Loads on a thread of the pool: verification can take seconds. */
export async function load(spec: ObjectSpec, options: LoadOptions): Promise<Loaded> {
  const request = loadRequest(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = await native().load(request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error) : error;
  }
  return wrap(spec, loaded);
}

export function loadSync(spec: ObjectSpec, options: LoadOptions): Loaded {
  const request = loadRequest(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = native().loadSync(request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error) : error;
  }
  return wrap(spec, loaded);
}

function wrap(spec: ObjectSpec, loaded: NativeLoaded): Loaded {
  const result: Loaded = { object: loaded.object, log: loaded.log, maps: [], programs: [], variables: [] };
  try {
    Object.values(spec.maps).forEach((map, i) => {
      const handle = loaded.maps[i] ?? -1;
      if (handle !== -1) result.maps.push([map.name, liveMap(spec, map, handle)]);
    });
    Object.values(spec.programs).forEach((program, i) => {
      const handle = loaded.programs[i] ?? -1;
      if (handle !== -1) result.programs.push([program.name, new Program(handle, program)]);
    });
    for (const [section, map] of result.maps) {
      const specs = Object.values(spec.variables).filter((variable) => variable.section === section);
      const live = liveVariables(map, specs.filter(isTyped));
      for (const variable of live) result.variables.push([variable.name, variable]);
    }
    return result;
  } catch (error) {
    for (const [, resource] of [...result.maps, ...result.programs]) resource.close();
    // Those that were not wrapped yet; the others are gone, and closing them again does nothing.
    loaded.maps.forEach(native().mapClose);
    loaded.programs.forEach(native().programClose);
    native().objectClose(loaded.object);
    throw error;
  }
}

function isTyped(spec: VariableSpec): boolean {
  return spec.type !== undefined;
}

function liveMap(object: ObjectSpec, spec: MapSpec, handle: Handle): MapBase {
  const info = native().mapInfo(handle);
  const map = mapFrom({ handle, name: spec.name, info }, mapTypes(spec), openInner);
  noteRecordTypes(map, object, spec);
  return map;
}
