import type { Btf, TypeId } from "../btf/index.ts";
import { keptIn } from "../codec/index.ts";
import type { MapDefinition } from "./defined-map.ts";
import { type ImpliedEdits, impliedEdits } from "./implied-edits.ts";
import type { ProgramDefinition } from "./program-spec.ts";
import type { ObjectDefinition } from "./read/read-object.ts";
import { recordType } from "./record-type.ts";

/** A program of a plan, with the properties that attaching needs. */
export interface PlannedProgram extends Pick<ProgramDefinition, "name" | "section" | "type"> {
  readonly attachType?: ProgramDefinition["attachType"];
  readonly attachTo?: ProgramDefinition["attachTo"];
}

/** A map of a plan: its name, or its name with the edits of every load. */
export type PlannedMap = string | ({ readonly name: string } & ImpliedEdits);

/** The part of an object that loading it without edits needs, as plain data. */
export interface LoadPlan {
  readonly littleEndian: boolean;
  readonly maps: readonly PlannedMap[];
  /** The names of the struct_ops maps, which `attach` registers. */
  readonly structOps: readonly string[];
  /** The programs in the order of the object. */
  readonly programs: readonly PlannedProgram[];
}

/** The plan of an object; undefined for one with a map that needs more than names. */
export function loadPlan(definition: ObjectDefinition): LoadPlan | undefined {
  const { btf, littleEndian, maps, programs } = definition;
  if (!maps.every(isPlain)) return undefined;
  const filled = new Set(definition.variables.map(({ section }) => section));
  return {
    littleEndian,
    maps: maps.map((map) => {
      const hasVariables = () =>
        map.data?.section !== undefined && filled.has(map.data.section) && !isKeptSection(map.value, btf);
      const edits = impliedEdits({ ...map, hasVariables, hasRecordType: recordType(map, btf) !== undefined });
      return edits === undefined ? map.name : { name: map.name, ...edits };
    }),
    structOps: maps.flatMap(({ name, structOps }) => (structOps === undefined ? [] : name)),
    programs: programs.map(({ name, section, type, attachType, attachTo }) => ({
      name,
      section,
      type,
      attachType,
      attachTo,
    })),
  };
}

/** Whether a map was defined with `struct bpf_map_def` in `SEC("maps")`, which libbpf does not read since 1.0. */
export function isLegacyMap(map: { section: string; structOps: unknown; dataSection: unknown }): boolean {
  return map.section !== ".maps" && map.structOps === undefined && map.dataSection === undefined;
}

/** Whether a name can be the last part of the path of a pin. */
export function isFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

/** Whether a data section has locks, lists, trees or the like, which the kernel manages. */
export function isKeptSection(value: TypeId | undefined, btf: Btf | undefined): boolean {
  return value !== undefined && btf !== undefined && keptIn(btf, value).length > 0;
}

function isPlain(map: MapDefinition): boolean {
  const { section, structOps, data, pinning, name } = map;
  return (
    !isLegacyMap({ section, structOps, dataSection: data?.section }) &&
    (pinning !== "by-name" || isFileName(name))
  );
}
