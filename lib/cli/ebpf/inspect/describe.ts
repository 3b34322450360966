import { isExistenceCheck, wantedTarget } from "../../../btf/core-target.ts";
import type { TypeId } from "../../../btf/index.ts";
import { adaptsToKernel, codeNeeds, kindNeeds, mapNeeds, type Need } from "../../../doctor/index.ts";
import { EbpfError } from "../../../errors/index.ts";
import { attachTypeSince, type HookName, hook, latest } from "../../../hooks/index.ts";
import { capabilityName } from "../../../kernel/privilege.ts";
import { capabilitiesToAttach } from "../../../link/attach.ts";
import type { Attachable } from "../../../link/attachable.ts";
import { placeOf } from "../../../link/by-section.ts";
import type {
  KconfigSpec,
  KsymSpec,
  MapSpec,
  ObjectSpec,
  ProgramSpec,
  SentRecords,
  VariableSpec,
} from "../../../spec/index.ts";
import { typeText } from "./type-text.ts";

/** What an object contains and what it needs, as data. */
export interface InspectedObject {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly byteOrder: "little-endian" | "big-endian";
  /** Empty if the object has none. */
  readonly license: string;
  /** The number of types in its BTF. Undefined without BTF. */
  readonly types: number | undefined;
  /** The first Linux that has all that its maps and programs need. */
  readonly since: string;
  readonly maps: readonly InspectedMap[];
  readonly programs: readonly InspectedProgram[];
  readonly variables: readonly InspectedVariable[];
  /** The types and fields of the kernel that CO-RE adapts the object to. */
  readonly coRe: readonly CoReNeed[];
  readonly kconfig: readonly Pick<KconfigSpec, "name" | "kind" | "weak">[];
  readonly ksyms: readonly Pick<KsymSpec, "name" | "kind" | "weak">[];
}

export interface InspectedMap {
  readonly name: string;
  readonly type: string;
  /** Types in C. Undefined if the object does not have them. */
  readonly key: string | undefined;
  readonly value: string | undefined;
  /** Bytes. */
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: readonly string[];
  readonly pinning: string;
  readonly autocreate: boolean;
  readonly since: string | undefined;
  /** The type that the definition of a buffer gives its records. */
  readonly declaredRecord: string | undefined;
  /** The records that programs send through a buffer, and the lines that send them. */
  readonly records: SentRecords | undefined;
}

export interface InspectedProgram {
  readonly name: string;
  readonly section: string;
  readonly type: string;
  readonly attachType: string | undefined;
  readonly attachTo: string | undefined;
  readonly autoload: boolean;
  /** The number of instructions without, and with, the functions that the program calls. */
  readonly instructions: number;
  readonly instructionsInAll: number;
  /** The first Linux that has all that it needs, and the features that need more than Linux 4.14. */
  readonly since: string;
  readonly needs: readonly Need[];
  /**
   * Whether the program checks the types or configuration of the kernel, so that it can skip features that an older
   * kernel lacks.
   */
  readonly adapts: boolean;
  readonly attach: InspectedAttach;
}

/** How a program is attached. */
export type InspectedAttach =
  | {
      readonly hook: HookName;
      readonly title: string;
      /** The options that the SEC name does not give. */
      readonly missing: readonly string[];
      readonly since: string;
      readonly config: readonly string[];
      readonly capabilities: readonly string[];
    }
  | { readonly hook: undefined; readonly reason: string };

export interface InspectedVariable {
  readonly name: string;
  readonly section: string;
  readonly type: string | undefined;
  readonly size: number;
  readonly constant: boolean;
  /** Undefined if the object has no type for it. */
  readonly value: unknown;
}

export interface CoReNeed {
  /** In C: `task_struct.pid`. */
  readonly target: string;
  /** Whether programs only check that it exists. */
  readonly checkedOnly: boolean;
  readonly programs: readonly string[];
}

/** Describes an object from its file alone. */
export function describeObject(spec: ObjectSpec): InspectedObject {
  const records = spec.records;
  const maps = Object.values(spec.maps).map((map) => describeMap(spec, map, records[map.name]));
  const programs = Object.values(spec.programs).map((program) => describeProgram(spec, program));
  const created = maps.filter(({ autocreate }) => autocreate).map(({ since }) => since ?? oldest);
  const loaded = programs.filter(({ autoload }) => autoload).map(({ since }) => since);
  return {
    name: spec.name,
    size: spec.bytes.length,
    byteOrder: spec.littleEndian ? "little-endian" : "big-endian",
    license: spec.license,
    types: spec.btf?.typeCount,
    since: latest([oldest, ...created, ...loaded]),
    maps,
    programs,
    variables: Object.values(spec.variables).map((variable) => describeVariable(spec, variable)),
    coRe: coReNeeds(spec),
    kconfig: Object.values(spec.kconfig).map(({ name, kind, weak }) => ({ name, kind, weak })),
    ksyms: Object.values(spec.ksyms).map(({ name, kind, weak }) => ({ name, kind, weak })),
  };
}

// libbpf 1.x supports no older kernel.
const oldest = "4.14";

function isRecent({ since }: Need): boolean {
  return latest([since, oldest]) !== oldest;
}

function describeMap(spec: ObjectSpec, map: MapSpec, records: SentRecords | undefined): InspectedMap {
  const { name, type, keySize, valueSize, maxEntries, flags, pinning, autocreate } = map;
  return {
    name,
    type,
    key: typeOf(spec, map.key),
    value: typeOf(spec, map.value),
    keySize,
    valueSize,
    maxEntries,
    flags,
    pinning,
    autocreate,
    since: mapNeeds(map)[0]?.since,
    declaredRecord: typeOf(spec, map.record),
    records,
  };
}

function describeProgram(spec: ObjectSpec, program: ProgramSpec): InspectedProgram {
  const { name, section, type, attachType, attachTo, autoload, instructionCount } = program;
  const reachable = program.reachableInstructions();
  const needs = [...kindNeeds(program), ...codeNeeds(reachable)].filter(isRecent);
  return {
    name,
    section,
    type,
    attachType,
    attachTo,
    autoload,
    instructions: instructionCount,
    instructionsInAll: reachable.reduce((sum, { slots }) => sum + slots, 0),
    since: latest([oldest, ...needs.map(({ since }) => since)]),
    needs,
    adapts: adaptsToKernel(spec, reachable),
    attach: describeAttach(program),
  };
}

function describeAttach(program: ProgramSpec): InspectedAttach {
  try {
    // Only the name and the types are read.
    const { name, missing } = placeOf(program as unknown as Attachable);
    const { title, since, config } = hook(name);
    const ofType = program.attachType === undefined ? undefined : attachTypeSince(program.attachType);
    return {
      hook: name,
      title,
      missing,
      since: latest([oldest, since, ofType ?? oldest]),
      config,
      capabilities: capabilitiesToAttach(name, program.type).map(capabilityName),
    };
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    return { hook: undefined, reason: error.message };
  }
}

function describeVariable(spec: ObjectSpec, variable: VariableSpec): InspectedVariable {
  const { name, section, type, size, constant } = variable;
  return { name, section, type: typeOf(spec, type), size, constant, value: readValue(variable) };
}

/** Bytes of the largest variable whose value is read. */
const MAX_SHOWN = 1 << 20;

/** Undefined for a variable without a type, or of a type that has no codec, and for a very large one. */
function readValue(variable: VariableSpec): unknown {
  try {
    return variable.section === ".kconfig" || variable.size > MAX_SHOWN ? undefined : variable.value;
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}

function typeOf({ btf }: ObjectSpec, id: TypeId | undefined): string | undefined {
  return btf === undefined || id === undefined ? undefined : typeText(btf, id);
}

function coReNeeds(spec: ObjectSpec): CoReNeed[] {
  const { btf } = spec;
  if (btf === undefined) return [];
  const found = new Map<string, { checkedOnly: boolean; programs: Set<string> }>();
  for (const program of Object.values(spec.programs)) {
    for (const { origin } of program.reachableInstructions()) {
      const target = origin?.core && wantedTarget(btf, origin.core);
      if (origin?.core === undefined || target === undefined) continue;
      const known = found.get(target) ?? { checkedOnly: true, programs: new Set() };
      known.checkedOnly &&= isExistenceCheck(origin.core);
      known.programs.add(program.name);
      found.set(target, known);
    }
  }
  return Array.from(found, ([target, { checkedOnly, programs }]) => ({
    target,
    checkedOnly,
    programs: [...programs],
  })).sort((a, b) => (a.target < b.target ? -1 : 1));
}
