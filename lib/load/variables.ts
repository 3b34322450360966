import { mapping } from "../map/mapping.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import { Variable } from "../variable.ts";
import type { LiveMaps } from "./live-maps.ts";

/** The live variables of the data sections among `existing`, those of one section with one mapping, made when first used. */
export function liveVariables(
  object: ObjectSpec,
  maps: LiveMaps,
  existing: ReadonlyMap<string, unknown>,
): [string, Variable][] {
  const sections = new Map<string, Section>();
  const live: [string, Variable][] = [];
  for (const spec of Object.values(object.variables)) {
    const { name, section } = spec;
    if (spec.type === undefined || !existing.has(section)) continue;
    let memory = sections.get(section);
    if (memory === undefined) {
      memory = new Section(object, maps, section);
      sections.set(section, memory);
    }
    live.push([name, new Variable(spec, memory)]);
  }
  return live;
}

/** The memory of one data section. */
class Section {
  readonly #object: ObjectSpec;
  readonly #maps: LiveMaps;
  readonly #name: string;
  #view: DataView | undefined;

  constructor(object: ObjectSpec, maps: LiveMaps, name: string) {
    this.#object = object;
    this.#maps = maps;
    this.#name = name;
  }

  view(writable: boolean): DataView {
    this.#view ??= new DataView(mapping(this.#maps.get(this.#object.maps[this.#name] as MapSpec), writable));
    return this.#view;
  }
}
