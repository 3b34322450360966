import { NotSupportedError } from "../errors/index.ts";
import { Arena, type MapBase } from "../map/index.ts";
import { mapping } from "../map/mapping.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import { Variable } from "../variable/variable.ts";
import type { LiveMaps } from "./live-maps.ts";

// native/bpf-include/ebpf/lost.bpf.h
const LOSS = "ebpf_lost_";

/**
 * The live variables of the existing maps. The variables of one map share a mapping, which is created at first use.
 *
 * @param arenaOffset - The offset of the global variables in the arena, in bytes.
 */
export function liveVariables(object: ObjectSpec, maps: LiveMaps, arenaOffset: number): [string, Variable][] {
  const sections = new Map<string, Section>();
  const live: [string, Variable][] = [];
  for (const spec of Object.values(object.variables)) {
    const { name, constant, offset, size, map } = spec;
    if (!maps.has(map)) continue;
    let memory = sections.get(map);
    if (memory === undefined) {
      memory = new Section(maps, object.maps[map] as MapSpec, arenaOffset);
      sections.set(map, memory);
    }
    // Keeps the size of this load, because the spec may be edited for another load.
    const origin = { name, constant, offset, size, codec: () => spec.codecOfSize(size) };
    const variable = new Variable(origin, memory);
    live.push([name, variable]);
    if (name.startsWith(LOSS) && size === 8)
      maps.lossCounters.set(name.slice(LOSS.length), variable as Variable<bigint>);
  }
  return live;
}

/** The memory of one data section, or of the global variables of an arena. */
class Section {
  readonly #maps: LiveMaps;
  readonly #spec: MapSpec;
  readonly #start: number;
  #memory: ArrayBuffer | undefined;

  constructor(maps: LiveMaps, spec: MapSpec, arenaOffset: number) {
    this.#maps = maps;
    this.#spec = spec;
    this.#start = spec.type === "arena" ? arenaOffset : 0;
  }

  view(offset: number, size: number, writable: boolean): DataView {
    if (this.#memory === undefined) {
      const map = this.#maps.get(this.#spec);
      this.#memory = map instanceof Arena ? map.memory() : sectionMemory(map, writable);
    }
    return new DataView(this.#memory, this.#start + offset, size);
  }
}

function sectionMemory(map: MapBase, writable: boolean): ArrayBuffer {
  if (map.flags.includes("mmapable")) return mapping(map, writable);
  throw new NotSupportedError(`the variables of section "${map.name}" cannot be accessed: it is not mapped`, {
    operation: "mmap",
    remedy:
      'Its map lacks the flag "mmapable", which the kernel refuses for a section with a lock, list or tree, and before Linux 5.5',
  });
}
