export { type AttachType, attachTypeName, attachTypeNumber } from "./attach-types.ts";
export { type KconfigKind, KconfigSpec, type KconfigValue } from "./kconfig-spec.ts";
export type { KsymSpec } from "./ksym-spec.ts";
export { type MapLimits, type MapNumbers, mapProblems } from "./map-problems.ts";
export { type InitialSlot, type MapEdits, MapSpec, type Pinning, type StructOps } from "./map-spec.ts";
export {
  isMapInMap,
  isRingBuffer,
  type MapFlag,
  type MapType,
  mapFlags,
  mapTypeName,
  mapTypeNumber,
} from "./map-types.ts";
export { named, namedLazily } from "./named.ts";
export {
  type ObjectEdits,
  type ObjectOptions,
  ObjectSpec,
  type SpecNames,
} from "./object-spec.ts";
export { type ProgramEdits, ProgramSpec } from "./program-spec.ts";
export { type ProgramType, programTypeName, programTypeNumber } from "./program-types.ts";
export type { ObjectDefinition } from "./read/read-object.ts";
export { meaningOfSection, type SectionFlag, type SectionMeaning } from "./sections.ts";
export { VariableSpec } from "./variable-spec.ts";
