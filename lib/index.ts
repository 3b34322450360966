export * as asm from "./asm/index.ts";
export * from "./btf/index.ts";
export {
  array,
  bool,
  bytes,
  type Codec,
  char,
  codecFrom,
  codecOf,
  cString,
  type Described,
  type Description,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  type LayoutOptions,
  type MapCodecs,
  type ObjectCodecs,
  type ScalarName,
  type Storable,
  type StructDescription,
  struct,
  u8,
  u16,
  u32,
  u64,
  u128,
  type ViewClass,
} from "./codec/index.ts";
export { Collection, type CollectionAttachOptions, type Links, type Shape } from "./collection.ts";
export { CollectionSpec, type SpecOf } from "./collection-spec.ts";
export * from "./errors.ts";
export * from "./events/index.ts";
export type { AttachFeature } from "./features/index.ts";
export * as features from "./features/index.ts";
export * from "./format/index.ts";
export { syscallName } from "./kernel/syscall-names.ts";
export * as link from "./link/index.ts";
export { Link } from "./link/index.ts";
export type { LoadOptions } from "./load/options.ts";
export * from "./map/index.ts";
export { BpfMap as Map } from "./map/index.ts";
export * from "./program/index.ts";
export {
  type AttachType,
  type InitialSlot,
  type KconfigKind,
  KconfigSpec,
  type KconfigValue,
  type KsymSpec,
  type MapFlag,
  MapSpec,
  type MapType,
  mapFlags,
  type ObjectOptions,
  ObjectSpec,
  type Pinning,
  ProgramSpec,
  type ProgramType,
  type SpecNames,
  type StructOps,
  VariableSpec,
} from "./spec/index.ts";
export { type ReadonlyVariable, Variable } from "./variable.ts";
