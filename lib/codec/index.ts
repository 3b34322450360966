export { bytes } from "./bytes-codec.ts";
export { cString, cStrings } from "./c-string.ts";
export type { Codec } from "./codec.ts";
export { type CodecOptions, codecOf, codecOfArray } from "./codec-of.ts";
export {
  array,
  char,
  codecFrom,
  type Described,
  type Description,
  type StructDescription,
  struct,
} from "./describe.ts";
export { exact, exactWithin, origin } from "./exact.ts";
export { keptIn } from "./kept-by-kernel.ts";
export { fieldsOf, type Layout, type Member } from "./layout.ts";
export type { LayoutOptions } from "./layout-of.ts";
export { layoutOf } from "./make.ts";
export { type FieldMeanings, isMeaningTag, type Meaning, meaningTag, taggedMeaning } from "./meaning.ts";
export type { MapCodecs, ObjectCodecs } from "./object-codecs.ts";
export type { RecordCodecs, RecordRule } from "./record-codecs.ts";
export {
  be16,
  be32,
  be64,
  bool,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  ipv4,
  ipv6,
  ktime,
  le16,
  le32,
  le64,
  mac,
  type ScalarName,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "./scalars.ts";
export { type ArrayCut, type Shortness, shortnessOf } from "./shortness.ts";
export type { Slack } from "./slack.ts";
export type { omittable, Storable } from "./storable.ts";
export { namingUnknownField, unknownField } from "./unknown-field.ts";
export { copyFrom, type PlacedView, type ViewClass, ViewPlace } from "./view.ts";
export { writeVariable } from "./write-variable.ts";
