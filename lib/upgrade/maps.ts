import type { Collection } from "../collection/collection.ts";
import { UpgradeError } from "../errors/index.ts";
import { shapeOf } from "../load/map-codecs.ts";
import { BpfMap, type MapBase, MapOfMaps, mapDifferences, type ProgramArray } from "../map/index.ts";
import { Program } from "../program/index.ts";
import type { MapSpec, MapType, ObjectSpec } from "../spec/index.ts";
import { layoutDifferences } from "./layout-differences.ts";
import { type MapTypes, typesOfMap, typesOfSpec } from "./map-types.ts";
import type { MapMigration, MapPolicy } from "./options.ts";
import type { PinStore } from "./store.ts";
import { planTransfer, type TransferPlan } from "./transfer.ts";

/**
 * The origin of a map: `new` is a map that the old version did not have or did not hand over, `kept` is the map of the
 * old version, `migrated` has its entries in another layout.
 */
export type MapFate = "new" | "kept" | "migrated";

/** A map of the new version. */
export interface PlannedMap {
  readonly spec: MapSpec;
  readonly fate: MapFate;
  /** The map of the old version, unless the fate is `new`. The plan owns it. */
  readonly old?: MapBase;
  readonly transfer?: TransferPlan;
}

/** The types whose entries can be read and stored, so that they can be migrated, by the way of migration. */
const keyed: Partial<Record<MapType, "hash" | "percpu" | "array" | "percpu-array" | "trie">> = {
  hash: "hash",
  "lru-hash": "hash",
  "percpu-hash": "percpu",
  "lru-percpu-hash": "percpu",
  array: "array",
  "percpu-array": "percpu-array",
  "lpm-trie": "trie",
};

/** Types that belong to one version: records and descriptors on their way from a program to a process. */
const perVersion = new Set<MapType>(["ringbuf", "user-ringbuf", "perf-event-array", "prog-array"]);

/**
 * Decides for each map whether it is new, kept or migrated.
 *
 * @param version - The version that runs; undefined for the first start.
 * @throws {@link UpgradeError} with each map that cannot be handed over.
 */
export function planMaps(
  store: PinStore,
  object: ObjectSpec,
  version: number | undefined,
  policies: Readonly<Record<string, MapPolicy | undefined>>,
): PlannedMap[] {
  const specs = Object.values(object.maps).filter(({ autocreate }) => autocreate);
  const structOps = specs.find((spec) => spec.structOps !== undefined);
  if (structOps !== undefined)
    throw new UpgradeError(`map "${structOps.name}" is a struct_ops map, which cannot be upgraded`, {
      folder: store.root,
      remedy: "Register it with link.structOps, and replace it with the update of its link",
    });
  const pinned = new Set(version === undefined ? [] : store.names(version, "maps"));
  const planned: PlannedMap[] = [];
  const problems: string[] = [];
  try {
    for (const spec of specs) {
      const policy = policies[spec.name];
      if (version === undefined || !pinned.has(spec.name) || policy === "fresh" || isOfVersion(spec)) {
        planned.push({ spec, fate: "new" });
        continue;
      }
      const old = BpfMap.fromPin(store.path(version, "maps", spec.name)) as MapBase;
      const plan = planMap(object, spec, old, policy);
      planned.push(plan.planned);
      problems.push(...plan.problems.map((problem) => `map "${spec.name}": ${problem}`));
    }
    if (problems.length > 0)
      throw new UpgradeError(`the maps of version ${version} cannot be handed over: ${problems.join("; ")}`, {
        folder: store.root,
        remedy:
          'Convert the entries with a function, as in maps: { name: { value: (old) => … } }, or begin with an empty map: maps: { name: "fresh" }',
      });
    return planned;
  } catch (error) {
    closePlan(planned);
    throw error;
  }
}

export function closePlan(planned: readonly PlannedMap[]): void {
  for (const { old } of planned) old?.close();
}

/**
 * Whether a map belongs to one version, as records, descriptors, constants and initial values do. `.bss` starts with
 * zeros and has the state of the programs.
 */
function isOfVersion({ type, dataSection }: MapSpec): boolean {
  return perVersion.has(type) || (dataSection !== undefined && !dataSection.startsWith(".bss"));
}

function planMap(
  object: ObjectSpec,
  spec: MapSpec,
  old: MapBase,
  policy: MapPolicy | undefined,
): { planned: PlannedMap; problems: string[] } {
  const keep = { planned: { spec, fate: "kept", old } as const, problems: [] };
  const running = typesOfMap(old);
  const next = typesOfSpec(object, spec);
  const differing = differences(object, spec, old, running, next);
  if (differing.length === 0 || (policy === "keep" && old.keySize === spec.keySize)) return keep;
  const kinds = [keyed[old.type], keyed[spec.type]] as const;
  const given: MapMigration = typeof policy === "object" ? policy : {};
  if (kinds[0] === undefined || kinds[1] === undefined || perCpu(kinds[0]) !== perCpu(kinds[1]))
    return { ...keep, problems: [`${differing.join(", ")}, and such maps cannot be migrated`] };
  if (kinds[0] !== kinds[1] && given.key === undefined)
    return { ...keep, problems: [`${differing.join(", ")}: keys of these types differ`] };
  if (isArray(kinds[1]) && old.maxEntries > spec.maxEntries && given.key === undefined)
    return { ...keep, problems: [`${spec.maxEntries} entries, were ${old.maxEntries}`] };
  const indexed = isArray(kinds[0]) && isArray(kinds[1]);
  const { plan, problems } = planTransfer(running, next, given, { indexed, perCpu: perCpu(kinds[1]) });
  return { planned: { spec, fate: "migrated", old, transfer: plan }, problems };
}

function perCpu(kind: string): boolean {
  return kind.startsWith("percpu");
}

function isArray(kind: string): boolean {
  return kind.endsWith("array");
}

/** All differences: of the map itself, and of the types of its keys and values. */
function differences(
  object: ObjectSpec,
  spec: MapSpec,
  old: MapBase,
  running: MapTypes,
  next: MapTypes,
): string[] {
  const whole = shapeOf(spec);
  const { type, keySize, valueSize } = whole;
  // libbpf chooses the flags of data sections, and numbers of entries that are 0.
  const shape =
    spec.dataSection !== undefined
      ? { type, keySize, valueSize }
      : { ...whole, maxEntries: whole.maxEntries === 0 ? undefined : whole.maxEntries };
  const found = mapDifferences(shape, old).map(
    (each) => `${each.field} is ${each.expected}, was ${each.actual}`,
  );
  for (const part of ["key", "value"] as const) {
    const [before, after] = [running[part], next[part]];
    if (before !== undefined && after !== undefined) found.push(...layoutDifferences(before, after, part));
  }
  if (old instanceof MapOfMaps && spec.inner !== undefined)
    found.push(...innerDifferences(object, spec.inner, old));
  return found;
}

/** The kernel does not report the types that inner maps must have. The first one in the map has them. */
function innerDifferences(object: ObjectSpec, spec: MapSpec, old: MapOfMaps<unknown, MapBase>): string[] {
  for (const key of old.keys()) {
    using inner = old.get(key);
    if (inner === undefined) continue;
    return differences(object, spec, inner, typesOfMap(inner), typesOfSpec(object, spec)).map(
      (each) => `inner map: ${each}`,
    );
  }
  return [];
}

/** Replaces the programs of the old version in a program array with those of the new one that have the same names. */
export function fillProgramArrays(
  store: PinStore,
  coll: Collection,
  spec: ObjectSpec,
  version: number,
  policies: Readonly<Record<string, MapPolicy | undefined>>,
): void {
  const pinned = new Set(store.names(version, "maps"));
  const arrays = Object.values(spec.maps).filter(
    ({ name, type }) => type === "prog-array" && pinned.has(name),
  );
  if (arrays.length === 0) return;
  const names = new Map<number, string>();
  for (const name of store.names(version, "programs")) {
    using program = Program.fromPin(store.path(version, "programs", name));
    names.set(program.info().id, name);
  }
  for (const { name, slots } of arrays) {
    if (policies[name] === "fresh") continue;
    using old = BpfMap.fromPin(store.path(version, "maps", name)) as ProgramArray;
    const next = coll.maps[name] as ProgramArray;
    for (let index = 0; index < Math.min(old.maxEntries, next.maxEntries); index++) {
      const id = old.getId(index);
      if (id === undefined || slots.some((slot) => slot.index === index)) continue;
      const known = names.get(id);
      if (known === undefined) {
        using foreign = Program.fromId(id);
        next.set(index, foreign);
      } else if (Object.hasOwn(coll.programs, known)) next.set(index, coll.programs[known] as Program);
      else
        throw new UpgradeError(
          `program array "${name}" has program "${known}" at index ${index}, which the new version does not have`,
          { folder: store.root, remedy: `Begin with an empty one: maps: { ${name}: "fresh" }` },
        );
    }
  }
}
