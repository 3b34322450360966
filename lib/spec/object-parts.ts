import type { FoundRecords } from "../records/index.ts";
import { KconfigSpec } from "./kconfig-spec.ts";
import type { KsymSpec } from "./ksym-spec.ts";
import { MapSpec } from "./map-spec.ts";
import { named } from "./named.ts";
import type { ObjectOrigin } from "./object-origin.ts";
import { ProgramSpec } from "./program-spec.ts";
import { VariableSpec } from "./variable-spec.ts";

/**
 * The names in an object and the type of each. A generated loader has its own. This one is for objects without a
 * generated loader.
 */
export interface SpecNames {
  /** The map specs by name. */
  maps: Record<string, MapSpec>;
  /** The program specs by name. */
  programs: Record<string, ProgramSpec>;
  /** The variable specs by name. */
  // biome-ignore lint/suspicious/noExplicitAny: a variable of any type is to fit
  variables: Record<string, VariableSpec<any>>;
}

/** The parts of a spec, which can be edited. */
export interface Parts<N extends SpecNames> extends SpecNames {
  readonly maps: N["maps"];
  readonly programs: N["programs"];
  readonly variables: N["variables"];
  readonly kconfig: Readonly<Record<string, KconfigSpec>>;
  readonly ksyms: Readonly<Record<string, KsymSpec>>;
}

/** The parts of an object, with the edits of a spec that is copied. */
export function partsOf<N extends SpecNames>(
  { definition, bytes, codecs, fields }: ObjectOrigin,
  sentRecords: () => FoundRecords | undefined,
  from?: Parts<N>,
): Parts<N> {
  const { btf } = definition;
  // A generated loader has the types of the records, even if the object was stripped afterwards.
  const sent = (): FoundRecords | undefined => (codecs === undefined ? sentRecords() : undefined);
  const maps = from
    ? Object.values<MapSpec>(from.maps).map((m) => m.copy())
    : definition.maps.map((d) => new MapSpec(d, btf, codecs?.maps?.[d.name], sent, fields));
  const programs = from
    ? Object.values<ProgramSpec>(from.programs).map((p) => p.copy())
    : definition.programs.map((d) => new ProgramSpec(d, bytes, btf, fields));
  const kconfig = from
    ? Object.values(from.kconfig).map((k) => k.copy())
    : definition.kconfig.map((d) => new KconfigSpec(d));
  const holders = new Map(maps.map((map) => [map.dataSection, map]));
  const variables = definition.variables.flatMap((d) => {
    // Without an arena map, the global variables of the arena have no memory.
    const map = holders.get(d.section);
    return map === undefined ? [] : new VariableSpec(d, map, btf, codecs?.variables?.[d.name], fields);
  });
  return {
    maps: named("map", byName(maps)),
    programs: named("program", byName(programs)),
    variables: named("variable", byName(variables)),
    kconfig: named("kconfig extern", byName(kconfig)),
    ksyms: named("ksym extern", byName(definition.ksyms)),
  };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): [string, T][] {
  return items.map((item) => [item.name, item]);
}
