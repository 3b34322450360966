import { arrayName } from "../layout.ts";
import { toUtf8 } from "./utf8.ts";
import { type Path, refuse, refuseType } from "./value-path.ts";

/** Returns the number of elements of a flexible array between `offset` and the end of the record. */
export function tailLength(end: number | undefined, offset: number, stride: number): number {
  if (end === undefined || end <= offset || stride === 0) return 0;
  return Math.floor((end - offset) / stride);
}

/** Returns the elements of an array. @throws {@link EncodeError} unless `value` is an array of exactly `length` elements. */
export function asItems(value: unknown, length: number, element: string, path: Path): ArrayLike<unknown> {
  const items = asArray(value, element, length, path);
  if (items.length !== length) {
    refuse(path, undefined, arrayName(element, length), `${length} elements`, `${items.length} elements`);
  }
  return items;
}

/**
 * Returns the elements of a flexible array; an empty array when `value` is undefined.
 *
 * @throws {@link EncodeError} unless `value` is an array that fits into the view.
 */
export function asTail(
  value: unknown,
  view: DataView,
  offset: number,
  stride: number,
  element: string,
  path: Path,
): ArrayLike<unknown> {
  if (value === undefined) return [];
  const items = elementBytes(value, element, path) ?? asArray(value, element, "", path);
  const bytes = items.length * stride;
  const room = Math.max(0, view.byteLength - offset);
  if (bytes > room) {
    refuse(path, undefined, arrayName(element, ""), `at most ${room} bytes`, `${bytes} bytes`);
  }
  return items;
}

/** Returns the bytes of text, or of a buffer view when the elements are bytes; undefined for other values. */
function elementBytes(value: unknown, element: string, path: Path): Uint8Array | undefined {
  if (typeof value === "string") return toUtf8(value, arrayName(element, ""), path);
  if (element !== "u8" || !ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function asArray(value: unknown, element: string, length: number | "", path: Path): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return value as unknown as ArrayLike<unknown>;
  return refuseType(path, undefined, arrayName(element, length), value, "an array");
}

/** Checks a struct or union. @throws {@link EncodeError} unless `value` is an object. */
export function checkRecord(value: unknown, type: string, path: Path): void {
  if (typeof value !== "object" || value === null) refuseType(path, undefined, type, value, "an object");
}
