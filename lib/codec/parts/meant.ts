import { bytesText4, formatIPv6, parseIPv4, parseIPv6 } from "../../format/ip.ts";
import { KernelTime } from "../../format/kernel-time.ts";
import { formatMac, parseMac } from "../../format/mac.ts";
import { type Path, refuse, refuseType, type Step } from "./value-path.ts";

/** Reads an IPv4 address as text. */
export function readIPv4(view: DataView, offset: number): string {
  const word = view.getUint32(offset);
  return bytesText4([word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
}

/** Reads an IPv6 address as text. */
export function readIPv6(view: DataView, offset: number): string {
  return formatIPv6(new Uint8Array(view.buffer, view.byteOffset + offset, 16));
}

/** Reads a MAC address as text. */
export function readMac(view: DataView, offset: number): string {
  return formatMac(new Uint8Array(view.buffer, view.byteOffset + offset, 6));
}

/** Reads nanoseconds since boot as a time of day. */
export function readKtime(view: DataView, offset: number, little: boolean): KernelTime {
  return new KernelTime(view.getBigUint64(offset, little));
}

/** Stores an IPv4 address from text or 4 bytes. @throws {@link EncodeError} for another value. */
export function writeIPv4(view: DataView, offset: number, value: unknown, path: Path, step?: Step): void {
  writeAddress(view, offset, 4, value, parseIPv4, "an IPv4 address", path, step);
}

/** Stores an IPv6 address from text or 16 bytes. @throws {@link EncodeError} for another value. */
export function writeIPv6(view: DataView, offset: number, value: unknown, path: Path, step?: Step): void {
  writeAddress(view, offset, 16, value, parseIPv6, "an IPv6 address", path, step);
}

/** Stores a MAC address from text or 6 bytes. @throws {@link EncodeError} for another value. */
export function writeMac(view: DataView, offset: number, value: unknown, path: Path, step?: Step): void {
  writeAddress(view, offset, 6, value, parseMac, "a MAC address", path, step);
}

/** Stores a time since boot from a Date, or from nanoseconds as a bigint. @throws {@link EncodeError} for another value. */
export function writeKtime(
  view: DataView,
  offset: number,
  little: boolean,
  value: unknown,
  path: Path,
  step?: Step,
): void {
  const ns = value instanceof Date && !Number.isNaN(value.getTime()) ? KernelTime.nanoseconds(value) : value;
  if (typeof ns !== "bigint") refuseType(path, step, "ktime", value, "a Date or a bigint");
  if (BigInt.asUintN(64, ns) !== ns) refuse(path, step, "ktime", "a time since boot", `${ns} ns`);
  view.setBigUint64(offset, ns, little);
}

function writeAddress(
  view: DataView,
  offset: number,
  size: number,
  value: unknown,
  parse: (text: string) => readonly number[] | undefined,
  what: string,
  path: Path,
  step: Step,
): void {
  const target = new Uint8Array(view.buffer, view.byteOffset + offset, size);
  if (ArrayBuffer.isView(value) && value.byteLength === size) {
    target.set(new Uint8Array(value.buffer, value.byteOffset, size));
    return;
  }
  const bytes = typeof value === "string" ? parse(value) : undefined;
  if (bytes === undefined) refuseType(path, step, "text", value, `${what} or its ${size} bytes`);
  target.set(bytes);
}
