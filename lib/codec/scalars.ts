import type { KernelTime } from "../format/kernel-time.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { Codec } from "./codec.ts";
import type { Layout } from "./layout.ts";
import { makeCodec } from "./make.ts";

/** The JavaScript type of each scalar. */
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
  be16: number;
  be32: number;
  be64: bigint;
  le16: number;
  le32: number;
  le64: bigint;
  ipv4: string;
  ipv6: string;
  mac: string;
  ktime: KernelTime;
  bool: boolean;
}

/** The names of scalar types in descriptions. */
export type ScalarName = keyof ScalarValues;

/** A codec for each scalar type, in one byte order. */
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
  be16: { kind: "int", name: "be16", size: 2, signed: false, order: "big" },
  be32: { kind: "int", name: "be32", size: 4, signed: false, order: "big" },
  be64: { kind: "int", name: "be64", size: 8, signed: false, order: "big" },
  le16: { kind: "int", name: "le16", size: 2, signed: false, order: "little" },
  le32: { kind: "int", name: "le32", size: 4, signed: false, order: "little" },
  le64: { kind: "int", name: "le64", size: 8, signed: false, order: "little" },
  ipv4: { kind: "meant", name: "ipv4", size: 4, meaning: "ipv4" },
  ipv6: { kind: "meant", name: "ipv6", size: 16, meaning: "ipv6" },
  mac: { kind: "meant", name: "mac", size: 6, meaning: "mac" },
  ktime: { kind: "meant", name: "ktime", size: 8, meaning: "ktime" },
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

const host = hostIsLittleEndian ? le : be;

/** Unsigned 8 bits, as a number. */
export const u8: Codec<number> = host.u8;
/** Unsigned 16 bits in the byte order of this machine, as a number. */
export const u16: Codec<number> = host.u16;
/** Unsigned 32 bits in the byte order of this machine, as a number. */
export const u32: Codec<number> = host.u32;
/** Unsigned 64 bits in the byte order of this machine, as a bigint. */
export const u64: Codec<bigint> = host.u64;
/** Unsigned 128 bits in the byte order of this machine, as a bigint. */
export const u128: Codec<bigint> = host.u128;
/** Signed 8 bits, as a number. */
export const i8: Codec<number> = host.i8;
/** Signed 16 bits in the byte order of this machine, as a number. */
export const i16: Codec<number> = host.i16;
/** Signed 32 bits in the byte order of this machine, as a number. */
export const i32: Codec<number> = host.i32;
/** Signed 64 bits in the byte order of this machine, as a bigint. */
export const i64: Codec<bigint> = host.i64;
/** Signed 128 bits in the byte order of this machine, as a bigint. */
export const i128: Codec<bigint> = host.i128;
/** A 32-bit floating-point number in the byte order of this machine. */
export const f32: Codec<number> = host.f32;
/** A 64-bit floating-point number in the byte order of this machine. */
export const f64: Codec<number> = host.f64;
/** Unsigned 16 bits in network byte order (big-endian), as a number, such as a port. */
export const be16: Codec<number> = host.be16;
/** Unsigned 32 bits in big-endian order, as a number. */
export const be32: Codec<number> = host.be32;
/** Unsigned 64 bits in big-endian order, as a bigint. */
export const be64: Codec<bigint> = host.be64;
/** Unsigned 16 bits in little-endian order, as a number. */
export const le16: Codec<number> = host.le16;
/** Unsigned 32 bits in little-endian order, as a number. */
export const le32: Codec<number> = host.le32;
/** Unsigned 64 bits in little-endian order, as a bigint. */
export const le64: Codec<bigint> = host.le64;
/** An IPv4 address in network byte order (`__be32`, `u8[4]`), as text: `10.0.0.1`. */
export const ipv4: Codec<string> = host.ipv4;
/** An IPv6 address (`struct in6_addr`, `u8[16]`), as text: `fe80::1`. */
export const ipv6: Codec<string> = host.ipv6;
/** A MAC address (`u8[6]`), as text: `02:42:ac:11:00:02`. */
export const mac: Codec<string> = host.mac;
/** Nanoseconds from `bpf_ktime_get_ns()` (`u64`), as a Date with the exact number: {@link KernelTime}. */
export const ktime: Codec<KernelTime, Date | bigint> = host.ktime;
/** A boolean of one byte: 0 or 1. */
export const bool: Codec<boolean> = host.bool;
