import type { MapType } from "../spec/index.ts";

/** What a map's class is called in the package, and which of its types it takes. */
export interface MapClass {
  name: "BpfMap";
  /** What its values are, out of the value's type in C. */
  value: "one" | "per-cpu" | "map" | "record";
  /** The kernel knows no keys for it. */
  keyless: boolean;
}

const plain: MapClass = { name: "BpfMap", value: "one", keyless: false };

// The one place that says which class stands for which type of map.
const classes: Partial<Record<MapType, Partial<MapClass>>> = {
  "percpu-hash": { value: "per-cpu" },
  "percpu-array": { value: "per-cpu" },
  "lru-percpu-hash": { value: "per-cpu" },
  "percpu-cgroup-storage": { value: "per-cpu" },
  "array-of-maps": { value: "map" },
  "hash-of-maps": { value: "map" },
  queue: { keyless: true },
  stack: { keyless: true },
  "bloom-filter": { keyless: true },
  ringbuf: { value: "record", keyless: true },
  "user-ringbuf": { value: "record", keyless: true },
  "perf-event-array": { value: "record", keyless: false },
};

export function mapClass(type: MapType): MapClass {
  return { ...plain, ...classes[type] };
}

/** Whether programs send records through it, whose type the map itself need not name. */
export function carriesRecords(type: MapType): boolean {
  return mapClass(type).value === "record";
}
