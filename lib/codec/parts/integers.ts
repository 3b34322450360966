// Each function checks a value and converts it for the setter of DataView. Each has its own copy of the test
// for the common case, which is small enough for V8 to inline it; other cases are handled out of line.
import { type Path, refuse, refuseType, type Step } from "./value-path.ts";

/** Returns an unsigned integer of 8 bits as a number. @throws {@link EncodeError} for another value. */
export function asU8(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && (value & 0xff) === value
    ? value
    : toNumber(value, path, step, "u8", 0, 0xff);
}

/** Returns an unsigned integer of 16 bits as a number. @throws {@link EncodeError} for another value. */
export function asU16(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && (value & 0xffff) === value
    ? value
    : toNumber(value, path, step, "u16", 0, 0xffff);
}

/** Returns an unsigned integer of 32 bits as a number. @throws {@link EncodeError} for another value. */
export function asU32(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && value >>> 0 === value
    ? value
    : toNumber(value, path, step, "u32", 0, 0xffff_ffff);
}

/** Returns a signed integer of 8 bits as a number. @throws {@link EncodeError} for another value. */
export function asI8(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && (value << 24) >> 24 === value
    ? value
    : toNumber(value, path, step, "i8", -0x80, 0x7f);
}

/** Returns a signed integer of 16 bits as a number. @throws {@link EncodeError} for another value. */
export function asI16(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && (value << 16) >> 16 === value
    ? value
    : toNumber(value, path, step, "i16", -0x8000, 0x7fff);
}

/** Returns a signed integer of 32 bits as a number. @throws {@link EncodeError} for another value. */
export function asI32(value: unknown, path: Path, step?: Step): number {
  return typeof value === "number" && (value | 0) === value
    ? value
    : toNumber(value, path, step, "i32", -0x8000_0000, 0x7fff_ffff);
}

/** Returns an unsigned integer of 64 bits as a bigint. @throws {@link EncodeError} for another value. */
export function asU64(value: unknown, path: Path, step?: Step): bigint {
  return typeof value === "bigint" && BigInt.asUintN(64, value) === value
    ? value
    : toBigInt(value, path, step, "u64", 0n, 0xffff_ffff_ffff_ffffn);
}

/** Returns a signed integer of 64 bits as a bigint. @throws {@link EncodeError} for another value. */
export function asI64(value: unknown, path: Path, step?: Step): bigint {
  return typeof value === "bigint" && BigInt.asIntN(64, value) === value
    ? value
    : toBigInt(value, path, step, "i64", -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
}

/** Returns an unsigned integer of 128 bits as a bigint. @throws {@link EncodeError} for another value. */
export function asU128(value: unknown, path: Path, step?: Step): bigint {
  return typeof value === "bigint" && BigInt.asUintN(128, value) === value
    ? value
    : toBigInt(value, path, step, "u128", 0n, (1n << 128n) - 1n);
}

/** Returns a signed integer of 128 bits as a bigint. @throws {@link EncodeError} for another value. */
export function asI128(value: unknown, path: Path, step?: Step): bigint {
  return typeof value === "bigint" && BigInt.asIntN(128, value) === value
    ? value
    : toBigInt(value, path, step, "i128", -(1n << 127n), (1n << 127n) - 1n);
}

/** Returns 0 for false and 1 for true. @throws {@link EncodeError} for another value. */
export function asBool(value: unknown, path: Path, step?: Step): 0 | 1 {
  if (typeof value === "boolean") return value ? 1 : 0;
  return refuseType(path, step, "bool", value, "true or false");
}

/** Returns a number. @throws {@link EncodeError} for another value, or a bigint that a double does not hold exactly. */
export function asFloat(value: unknown, path: Path, step?: Step): number {
  if (typeof value === "number") return value;
  if (typeof value !== "bigint") return refuseType(path, step, "float", value, "a number");
  if (BigInt(Number(value)) === value) return Number(value);
  return refuse(path, step, "float", "an integer that a double holds exactly", `${value}n`);
}

/** Returns an integer of `width` bits as a bigint. @throws {@link EncodeError} for another value. */
export function asBits(value: unknown, width: number, signed: boolean, path: Path, step: Step): bigint {
  const max = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  const type = `${signed ? "i" : "u"}${width}`;
  return toBigInt(value, path, step, type, signed ? -max - 1n : 0n, max);
}

// An exact integer is accepted as number and as bigint: 1000 is unambiguous for a __u64.
function toNumber(value: unknown, path: Path, step: Step, type: string, min: number, max: number): number {
  return Number(toBigInt(value, path, step, type, BigInt(min), BigInt(max)));
}

function toBigInt(value: unknown, path: Path, step: Step, type: string, min: bigint, max: bigint): bigint {
  let integer: bigint;
  if (typeof value === "bigint") integer = value;
  else if (typeof value === "number") {
    if (!Number.isInteger(value)) return refuseType(path, step, type, value, "an integer");
    if (!Number.isSafeInteger(value)) {
      return refuseType(path, step, type, value, "a bigint for an integer beyond 2^53-1");
    }
    integer = BigInt(value);
  } else return refuseType(path, step, type, value, "an integer");
  if (integer < min || integer > max) {
    return refuseType(path, step, type, value, `${min} to ${max}`);
  }
  return integer;
}
