import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { Codec } from "./codec.ts";
import type { Layout } from "./layout.ts";
import { makeCodec } from "./make.ts";

/** What JavaScript has for each scalar. */
export interface ScalarValues {
  u8: number;
  u16: number;
  u32: number;
  u64: bigint;
  u128: bigint;
  i8: number;
  i16: number;
  i32: number;
  i64: bigint;
  i128: bigint;
  f32: number;
  f64: number;
  bool: boolean;
}

export type ScalarName = keyof ScalarValues;

export type Scalars = { readonly [Name in ScalarName]: Codec<ScalarValues[Name]> };

export const scalarLayouts: { readonly [Name in ScalarName]: Layout } = {
  u8: { kind: "int", name: "u8", size: 1, signed: false },
  u16: { kind: "int", name: "u16", size: 2, signed: false },
  u32: { kind: "int", name: "u32", size: 4, signed: false },
  u64: { kind: "int", name: "u64", size: 8, signed: false },
  u128: { kind: "int", name: "u128", size: 16, signed: false },
  i8: { kind: "int", name: "i8", size: 1, signed: true },
  i16: { kind: "int", name: "i16", size: 2, signed: true },
  i32: { kind: "int", name: "i32", size: 4, signed: true },
  i64: { kind: "int", name: "i64", size: 8, signed: true },
  i128: { kind: "int", name: "i128", size: 16, signed: true },
  f32: { kind: "float", name: "f32", size: 4 },
  f64: { kind: "float", name: "f64", size: 8 },
  bool: { kind: "bool", name: "bool", size: 1 },
};

function scalars(littleEndian: boolean): Scalars {
  const made = Object.entries(scalarLayouts).map(([name, layout]) => [name, makeCodec(layout, littleEndian)]);
  return Object.fromEntries(made) as Scalars;
}

/** Scalars of little-endian objects. */
export const le = scalars(true);

/** Scalars of big-endian objects. */
export const be = scalars(false);

/** Scalars of this machine. */
export const { u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64, bool } = hostIsLittleEndian
  ? le
  : be;
