import { type Check, checkU32, checkU64 } from "../arguments/index.ts";
import { checkMapType } from "./kernel-names.ts";
import type { MapType } from "./map-types.ts";

/** The fields that define a map. Specs, edits, `Map.create` and the addon share them. */
export interface MapFields {
  readonly type: MapType;
  /** Bytes. */
  readonly keySize: number;
  /** The size in bytes; for a per-CPU map, of the value of one CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** BPF_F_* */
  readonly flags: number;
  readonly numaNode: number;
  /** BPF_F_MAP_EXTRA: hash functions of a bloom filter, address of an arena. */
  readonly mapExtra: bigint;
}

interface Field<T> {
  /** The value in a definition that does not set it. */
  readonly initial: T;
  readonly check: Check<T>;
  /** Whether a map that replaces another one must have the same value. */
  readonly compared: boolean;
}

/** One row for each field. `native/map_fields.h` reads the same names. */
const fields: { readonly [Name in keyof MapFields]: Field<MapFields[Name]> } = {
  type: { initial: "unspec", check: checkMapType, compared: true },
  keySize: { initial: 0, check: checkU32, compared: true },
  valueSize: { initial: 0, check: checkU32, compared: true },
  maxEntries: { initial: 0, check: checkU32, compared: true },
  flags: { initial: 0, check: checkU32, compared: true },
  numaNode: { initial: 0, check: checkU32, compared: false },
  mapExtra: { initial: 0n, check: checkU64, compared: true },
};

export const mapFieldNames = Object.keys(fields) as (keyof MapFields)[];

export const comparedMapFields: readonly (keyof MapFields)[] = mapFieldNames.filter(
  (name) => fields[name].compared,
);

export const mapFieldChecks: { readonly [Name in keyof MapFields]: Check<MapFields[Name]> } =
  perField("check");

export const initialMapFields: MapFields = perField("initial");

function perField<Result>(property: keyof Field<unknown>): Result {
  return Object.fromEntries(mapFieldNames.map((name) => [name, fields[name][property]])) as Result;
}
