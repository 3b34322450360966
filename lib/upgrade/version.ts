import { Collection } from "../collection/collection.ts";
import type { CollectionSpec } from "../collection/collection-spec.ts";
import type { Shape } from "../collection/shape.ts";
import type { LoadOptions } from "../load/options.ts";
import { BpfMap, type MapBase } from "../map/index.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { Program } from "../program/index.ts";
import { openPin } from "../program/open.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import type { PlannedMap } from "./maps.ts";
import { fromStored, type Placement, storedText, withOrigin } from "./placement.ts";
import type { PinStore } from "./store.ts";

/** The part of a pinned version that attaching needs. */
export interface PinnedHooks {
  readonly hooks: readonly { readonly placement: Placement; readonly program: Program }[];
  close(): void;
}

/** Opens the programs of a version with the hooks that it attaches them to. */
export function openHooks(store: PinStore, version: number): PinnedHooks {
  const hooks: { placement: Placement; program: Program }[] = [];
  const close = () => hooks.forEach(({ program }) => void program.close());
  try {
    for (const name of store.names(version, "hooks")) {
      const { placement, stored } = fromStored(name, store.read(version, `hooks/${name}`) ?? "");
      using pinned = Program.fromPin(store.path(version, "programs", placement.program));
      hooks.push({ placement, program: withOrigin(pinned, stored) });
    }
    return { hooks, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Loads a spec with the maps that are kept. */
export async function loadWith<S extends Shape>(
  spec: CollectionSpec<S>,
  planned: readonly PlannedMap[],
  options: LoadOptions | undefined,
): Promise<Collection<S>> {
  const copy = spec.copy();
  const kept = new Map(
    planned.map(({ spec: map, fate, old }) => [map.name, fate === "kept" ? old : undefined]),
  );
  for (const map of Object.values<MapSpec>(copy.maps))
    map.replaceWith = kept.get(map.name) ?? map.replaceWith;
  return copy.load(options);
}

/** Whether a pinned version of the same object can become a collection again. */
export function isAdoptable(spec: ObjectSpec): boolean {
  // libbpf stores the initial programs of a program array at each load, and adopting loads none.
  return !Object.values(spec.maps).some(({ type, slots }) => type === "prog-array" && slots.length > 0);
}

/** The collection of a pinned version: its maps, programs and variables, with the types of the spec. */
export async function adoptVersion<S extends Shape>(
  store: PinStore,
  spec: CollectionSpec<S>,
  version: number,
  options: LoadOptions | undefined,
): Promise<Collection<S>> {
  const maps = new Map<string, MapBase>();
  const programs = new Map<string, Handle>();
  try {
    for (const name of store.names(version, "maps"))
      maps.set(name, BpfMap.fromPin(store.path(version, "maps", name)) as MapBase);
    for (const name of store.names(version, "programs"))
      programs.set(name, openPin(store.path(version, "programs", name)));
    return await Collection.adopt<S>(spec, { maps, programs }, options);
  } catch (error) {
    for (const handle of programs.values()) native().programClose(handle);
    throw error;
  } finally {
    for (const map of maps.values()) map.close();
  }
}

/** Pins a collection as a version. Until it is committed, nothing refers to the version. */
export function pinVersion(
  store: PinStore,
  version: number,
  coll: Collection,
  { id, placements }: { id: string; placements: readonly Placement[] },
): void {
  store.create(version);
  for (const map of Object.values<MapBase>(coll.maps)) {
    map.pin(store.path(version, "maps", map.name));
    store.did("pin map", map.name);
  }
  for (const program of Object.values<Program>(coll.programs)) {
    program.pin(store.path(version, "programs", program.name));
    store.did("pin program", program.name);
  }
  for (const placement of placements) {
    const program = coll.programs[placement.program] as Program;
    store.write(version, `hooks/${placement.name}`, storedText(placement, program));
  }
  store.write(version, "id", id);
}
