import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeLoaded } from "../native/object.ts";
import { Program } from "../program/index.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import type { Variable } from "../variable/variable.ts";
import { LiveMaps } from "./live-maps.ts";
import { liveVariables } from "./live-variables.ts";
import { loadError } from "./load-error.ts";
import type { LoadOptions } from "./options.ts";
import { quietLog } from "./quiet-log.ts";
import { loadRequest } from "./request.ts";

/** The result of a load: live objects that no collection owns yet. */
export interface Loaded {
  object: Handle;
  /** Messages of libbpf and the verifier. */
  log: string;
  /** The maps that exist. */
  maps: MapSpec[];
  live: LiveMaps;
  programs: [string, Program][];
  variables: [string, Variable][];
}

/** Loads an object on a thread of the pool, since verification can take seconds. */
export async function load(spec: ObjectSpec, options: LoadOptions): Promise<Loaded> {
  const request = loadRequest(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = await native().load(request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error) : error;
  }
  return wrap(spec, loaded, isVerbose(options));
}

export function loadSync(spec: ObjectSpec, options: LoadOptions): Loaded {
  const request = loadRequest(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = native().loadSync(request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error) : error;
  }
  return wrap(spec, loaded, isVerbose(options));
}

/** Whether the caller requested the messages of libbpf and the verifier. */
function isVerbose({ logLevel = "none" }: LoadOptions): boolean {
  return logLevel !== "none";
}

function wrap(spec: ObjectSpec, loaded: NativeLoaded, verbose: boolean): Loaded {
  const { object, arenaVariablesAt } = loaded;
  const log = verbose ? loaded.log : quietLog(loaded.log);
  const programs: [string, Program][] = [];
  const live = new LiveMaps(spec, new Map(loaded.maps));
  // Handles that no Program owns yet.
  const handles = new Map(loaded.programs);
  try {
    const maps = Object.values(spec.maps).filter(({ name }) => live.has(name));
    for (const program of Object.values(spec.programs)) {
      const handle = handles.get(program.name);
      if (handle === undefined) continue;
      programs.push([program.name, new Program(handle, program)]);
      handles.delete(program.name);
    }
    // The contents have the shape of the spec at this load. The spec can be edited for another load.
    for (const map of maps) if (map.inner !== undefined) live.get(map);
    return { object, log, maps, live, programs, variables: liveVariables(spec, live, arenaVariablesAt) };
  } catch (error) {
    live.close();
    for (const [, program] of programs) program.close();
    for (const handle of handles.values()) native().programClose(handle);
    native().objectClose(object);
    throw error;
  }
}
