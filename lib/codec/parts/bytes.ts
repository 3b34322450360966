import { type Path, refuse, refuseType, type Step } from "./value-path.ts";

/** Returns a copy of the bytes. */
export function readBytes(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length).slice();
}

/** Stores bytes. @throws {@link EncodeError} unless `value` has exactly `length` bytes. */
export function writeBytes(
  view: DataView,
  offset: number,
  length: number,
  value: unknown,
  path: Path,
  step?: Step,
): void {
  const bytes = toBytes(value);
  if (bytes === undefined) refuseType(path, step, `u8[${length}]`, value, "bytes");
  if (bytes.length !== length) {
    refuse(path, step, `u8[${length}]`, `${length} bytes`, `${bytes.length} bytes`);
  }
  new Uint8Array(view.buffer, view.byteOffset + offset, length).set(bytes);
}

/** Writes zeros into padding: two equal keys must have equal bytes. */
export function zero(view: DataView, offset: number, length: number): void {
  let at = offset;
  const end = offset + length;
  for (; at + 4 <= end; at += 4) view.setInt32(at, 0);
  for (; at < end; at++) view.setUint8(at, 0);
}

function toBytes(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 0xff)) {
    return Uint8Array.from(value);
  }
  return undefined;
}
