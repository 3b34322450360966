import { type Layout, layoutOf } from "../../../codec/index.ts";
import {
  type AnyMap,
  type Collection,
  type CollectionSpec,
  EbpfError,
  type MapSpec,
  PerCpuMap,
} from "../../../index.ts";
import { sumCpus } from "../values/sum-cpus.ts";

/** The most entries that are read from one map. Reading more each second would load the machine. */
const MOST_ENTRIES = 10_000;

/** A map whose entries are shown. */
export interface ShownMap {
  name: string;
  type: string;
  key: Layout | undefined;
  value: Layout | undefined;
  /** Reads entries; a value of a per-CPU map is the sum of all CPUs. */
  entries(): Iterable<[key: unknown, value: unknown]>;
}

export interface MapSnapshot extends Pick<ShownMap, "name" | "type" | "key" | "value"> {
  entries: readonly (readonly [key: unknown, value: unknown])[];
  /** Whether the map has more entries. */
  truncated: boolean;
}

// Maps whose entries user space can list, and which hold data of the programs and no references.
const listable: ReadonlySet<string> = new Set([
  "hash",
  "lru-hash",
  "array",
  "percpu-hash",
  "lru-percpu-hash",
  "percpu-array",
  "lpm-trie",
]);

/** The maps of an object that can be shown: all that hold data of the programs. */
export function shownMaps(spec: CollectionSpec, coll: Collection, names: readonly string[]): ShownMap[] {
  return Object.values(spec.maps)
    .filter((map) => (names.length === 0 ? isOfInterest(map) : names.includes(map.name)))
    .filter((map) => listable.has(map.type) && Object.hasOwn(coll.maps, map.name))
    .map((map) => shown(map, coll));
}

function isOfInterest({ name, dataSection }: MapSpec): boolean {
  return dataSection === undefined && !name.startsWith("__bpf_usdt");
}

function shown(map: MapSpec, coll: Collection): ShownMap {
  const { keyCodec, valueCodec } = map;
  const key = keyCodec && layoutOf(keyCodec);
  const value = valueCodec && layoutOf(valueCodec);
  return {
    name: map.name,
    type: map.type,
    key,
    value,
    entries() {
      const live = coll.maps[map.name] as AnyMap;
      return live instanceof PerCpuMap ? summed(live, value) : live.entries();
    },
  };
}

function* summed(map: PerCpuMap<unknown, unknown>, layout: Layout | undefined): Iterable<[unknown, unknown]> {
  for (const [key, values] of map.entries()) yield [key, sumCpus(values, layout)];
}

/** Reads a map. Entries of an array whose bytes are all zero are left out: the programs have not used them. */
export function snapshotOf(map: ShownMap): MapSnapshot {
  const { name, type, key, value } = map;
  const skipZeros = type === "array" || type === "percpu-array";
  const entries: [unknown, unknown][] = [];
  let truncated = false;
  try {
    for (const entry of map.entries()) {
      if (skipZeros && isZero(entry[1])) continue;
      if (entries.length === MOST_ENTRIES) {
        truncated = true;
        break;
      }
      entries.push(entry);
    }
  } catch (error) {
    // A key that does not fit its type, or an entry that changed while it was read: the next snapshot shows the rest.
    if (!(error instanceof EbpfError)) throw error;
    truncated = true;
  }
  return { name, type, key, value, entries, truncated };
}

/** Whether a value has only zeros and empty text. */
export function isZero(value: unknown): boolean {
  if (typeof value === "object" && value !== null)
    return (ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : Object.values(value)).every(isZero);
  return value === 0 || value === 0n || value === "" || value === false;
}
