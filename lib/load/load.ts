import { InvalidArgumentError } from "../errors/index.ts";
import { KeyedMap, type MapBase } from "../map/index.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeLoaded, NativeLoadRequest } from "../native/object.ts";
import type { MapEntry, MapSpec, ObjectSpec } from "../spec/index.ts";
import type { Variable } from "../variable/variable.ts";
import { LiveMaps } from "./live-maps.ts";
import { LivePrograms, type LoadedProgram } from "./live-programs.ts";
import { liveVariables } from "./live-variables.ts";
import { loadError } from "./load-error.ts";
import type { LoadOptions } from "./options.ts";
import { pinPathOf, pinRootOf } from "./pin-path.ts";
import { quietLog } from "./quiet-log.ts";
import { loadRequest } from "./request.ts";

/** The result of a load: live objects that no collection owns yet. */
export interface Loaded {
  object: Handle;
  /** The messages of libbpf and the verifier. */
  log: string;
  maps: LiveMaps;
  programs: LivePrograms;
  /** The names of the struct_ops maps that exist. */
  structOps: string[];
  /** The variables of the maps that exist. */
  variables: () => [string, Variable][];
}

/** Loads an object on a thread of the pool, since verification can take seconds. */
export async function load(spec: ObjectSpec, options: LoadOptions): Promise<Loaded> {
  const prepared = prepare(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = await native().load(prepared.request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error, options.kernelBtf) : error;
  }
  return wrap(prepared, loaded);
}

export function loadSync(spec: ObjectSpec, options: LoadOptions): Loaded {
  const prepared = prepare(spec, options);
  let loaded: NativeLoaded;
  try {
    loaded = native().loadSync(prepared.request);
  } catch (error) {
    throw isNativeError(error) ? loadError(spec, error, options.kernelBtf) : error;
  }
  return wrap(prepared, loaded);
}

/** Whether the caller requested the messages of libbpf and the verifier. */
function isVerbose({ logLevel, programs }: NativeLoadRequest): boolean {
  const hasLog = (level = 0): boolean => level > 0;
  return (
    hasLog(logLevel) || programs.some((program) => typeof program === "object" && hasLog(program.logLevel))
  );
}

/** A prepared load. Edits of the spec during the load do not apply to it. */
interface Prepared {
  readonly request: NativeLoadRequest;
  /** An unedited spec of the object, or the given one with its edits. */
  readonly spec: ObjectSpec;
  readonly isEdited: boolean;
  readonly programs: readonly LoadedProgram[];
  /** The names of the struct_ops maps. */
  readonly structOps: readonly string[];
  /** The entries to store, by map name. */
  readonly entries?: ReadonlyMap<string, readonly MapEntry[]>;
  /** The path at which the load pins a map. */
  readonly pinOf: (map: MapSpec) => string | undefined;
}

function prepare(spec: ObjectSpec, options: LoadOptions): Prepared {
  const request = loadRequest(spec, options);
  const pinRoot = pinRootOf(options.pinRoot);
  const { plan } = spec;
  if (plan !== undefined)
    return {
      request,
      spec: spec.copy(),
      isEdited: false,
      programs: plan.programs,
      structOps: plan.structOps,
      pinOf: (map) => pinPathOf(map, pinRoot),
    };
  const pins = new Map(Object.values(spec.maps).map((map) => [map.name, pinPathOf(map, pinRoot)]));
  const structOps = Object.values(spec.maps).filter((map) => map.structOps !== undefined);
  return {
    request,
    spec,
    isEdited: true,
    programs: Object.values(spec.programs).map(
      ({ name, section, type, attachType, attachTo, autoattach }) => ({
        ...{ name, section, type, attachType, attachTo },
        isManual: !autoattach,
      }),
    ),
    structOps: structOps.map(({ name }) => name),
    pinOf: ({ name }) => pins.get(name),
    entries: new Map(
      Object.values(spec.maps).flatMap(({ name, entries }) =>
        entries === undefined ? [] : [[name, [...entries]]],
      ),
    ),
  };
}

/** Stores the entries of a spec in its new map. */
function store(map: MapBase, entries: readonly MapEntry[] = []): void {
  for (const [key, value] of entries) {
    if (!(map instanceof KeyedMap))
      throw new InvalidArgumentError(
        `map "${map.name}" of type "${map.type}" has no keys, so it cannot have entries`,
      );
    map.set(key, value);
  }
}

function wrap(prepared: Prepared, loaded: NativeLoaded): Loaded {
  const { spec } = prepared;
  const { object, arenaVariablesAt } = loaded;
  const log = isVerbose(prepared.request) ? loaded.log : quietLog(loaded.log);
  const maps = new LiveMaps(spec, new Map(loaded.maps), prepared.pinOf);
  const programs = new LivePrograms(spec, prepared.programs, new Map(loaded.programs));
  try {
    let made: [string, Variable][] | undefined;
    const variables = (): [string, Variable][] => {
      made ??= liveVariables(spec, maps, arenaVariablesAt);
      return made;
    };
    maps.prepareCounters(variables);
    // Keeps the contents and sizes of this load.
    if (prepared.isEdited) {
      variables();
      for (const map of maps.specs()) {
        const entries = prepared.entries?.get(map.name);
        if (map.inner !== undefined || entries !== undefined) store(maps.get(map), entries);
      }
    }
    const structOps = prepared.structOps.filter((name) => maps.has(name));
    return { object, log, maps, programs, structOps, variables };
  } catch (error) {
    maps.close();
    programs.close();
    native().objectClose(object);
    throw error;
  }
}
