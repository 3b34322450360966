import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeLoaded } from "../native/object.ts";
import { native } from "../native.ts";
import { Program } from "../program/index.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import type { Variable } from "../variable.ts";
import { LiveMaps } from "./live-maps.ts";
import { loadError } from "./load-error.ts";
import type { LoadOptions } from "./options.ts";
import { loadRequest } from "./request.ts";
import { liveVariables } from "./variables.ts";

/** What loading gives: handles wrapped in live objects, still without a collection to own them. */
export interface Loaded {
  object: Handle;
  /** What libbpf and the verifier said. */
  log: string;
  /** Those that exist. */
  maps: MapSpec[];
  live: LiveMaps;
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
  const maps: MapSpec[] = [];
  const handles = new Map<string, Handle>();
  let i = 0;
  for (const map of Object.values(spec.maps)) {
    const handle = loaded.maps[i++] ?? -1;
    if (handle === -1) continue;
    maps.push(map);
    handles.set(map.name, handle);
  }
  const programs: [string, Program][] = [];
  i = 0;
  for (const program of Object.values(spec.programs)) {
    const handle = loaded.programs[i++] ?? -1;
    if (handle !== -1) programs.push([program.name, new Program(handle, program)]);
  }
  const live = new LiveMaps(spec, handles);
  try {
    // What is in them has the shape that the spec has now, which may be edited for another load.
    for (const map of maps) if (map.inner !== undefined) live.get(map);
  } catch (error) {
    live.close();
    for (const [, program] of programs) program.close();
    native().objectClose(loaded.object);
    throw error;
  }
  return {
    object: loaded.object,
    log: loaded.log,
    maps,
    live,
    programs,
    variables: liveVariables(spec, live, handles),
  };
}
