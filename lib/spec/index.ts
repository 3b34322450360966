export {
  type AttachType,
  attachTypeName,
  attachTypeNumber,
  meaningOfSection,
  type ProgramType,
  programTypeName,
  programTypeNumber,
  type SectionFlag,
  type SectionMeaning,
} from "../hooks/index.ts";
export type { NewMap, NewProgram, NewStructOps, NewVariable, ObjectContents } from "./create/contents.ts";
export type { InitialSlot, LiveMap, Pinning } from "./defined-map.ts";
export { impliedEdits } from "./implied-edits.ts";
export { type KconfigKind, KconfigSpec, type KconfigValue } from "./kconfig-spec.ts";
export type { KsymSpec } from "./ksym-spec.ts";
export { isFileName, isKeptSection, isLegacyMap, type LoadPlan, type PlannedProgram } from "./load-plan.ts";
export { comparedMapFields, type MapFields, mapFieldChecks } from "./map-fields.ts";
export {
  hasSize,
  type KnownMapType,
  type MapKind,
  type MapTypeParameter,
  mapKind,
  mapKindOrRaw,
  mapKinds,
  mapTypeSince,
} from "./map-kinds.ts";
export { type MapLimits, type MapNumbers, mapProblems } from "./map-problems.ts";
export type { MapEntry } from "./map-spec.ts";
export { type MapEdits, MapSpec } from "./map-spec.ts";
export {
  carriesRecords,
  isMapInMap,
  isRingBuffer,
  type MapFlag,
  type MapType,
  mapFlagBits,
  mapFlagNames,
  mapFlags,
  mapTypeName,
  mapTypeNumber,
} from "./map-types.ts";
export { minimalBtf } from "./minimal-btf.ts";
export { named, namedLazily, namedWhenUsed } from "./named.ts";
export { describeForLoading, type ObjectDescription } from "./object-description.ts";
export type { ObjectOptions } from "./object-options.ts";
export type { SpecNames } from "./object-parts.ts";
export { type ObjectEdits, ObjectSpec } from "./object-spec.ts";
export { type LiveProgram, type ProgramEdits, ProgramSpec } from "./program-spec.ts";
export type { ObjectDefinition } from "./read/read-object.ts";
export { type KnownRecordKinds, recordKinds } from "./record-kinds.ts";
export { LOGS } from "./record-type.ts";
export type { SentRecord, SentRecords } from "./sent-records.ts";
export { editableMembers, type StructOps } from "./struct-ops.ts";
export type { PlainMapSpec, StructOpsSpec } from "./struct-ops-spec.ts";
export { VariableSpec } from "./variable-spec.ts";
