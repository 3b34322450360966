import type { MapSpec, MapType } from "../spec/index.ts";

/** What the type of a map is made of, in TypeScript. */
export interface MapTypes {
  key(): string;
  value(): string;
  /** Of a buffer that programs send records through. */
  record(): string;
  /** The type of the maps in a map of maps. */
  inner(): string;
}

/** The package's class for a type of map, and what its type parameters stand for. */
export interface MapClass {
  name: string;
  takes: readonly (keyof MapTypes)[];
}

const plain: MapClass = { name: "BpfMap", takes: ["key", "value"] };

// The one place that says which class stands for which type of map; what is not here is a plain Map.
const classes: Partial<Record<MapType, MapClass>> = {
  queue: plain,
  stack: plain,
  "bloom-filter": plain,
  ringbuf: { name: "BpfMap", takes: ["key", "record"] },
  "user-ringbuf": { name: "BpfMap", takes: ["key", "record"] },
  "perf-event-array": { name: "BpfMap", takes: ["key", "record"] },
};

export function mapClass({ type }: MapSpec): MapClass {
  return classes[type] ?? plain;
}

/** Whether programs send records through it, whose type the map itself need not name. */
export function carriesRecords(type: MapType): boolean {
  return type === "ringbuf" || type === "user-ringbuf" || type === "perf-event-array";
}
