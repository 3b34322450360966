import { arrayName } from "../layout.ts";
import { type Path, refuse, refuseType } from "./path.ts";
import { toUtf8 } from "./utf8.ts";

/** How many elements of a flexible array lie between `offset` and the end of the record. */
export function tailLength(end: number | undefined, offset: number, stride: number): number {
  if (end === undefined || end <= offset || stride === 0) return 0;
  return Math.floor((end - offset) / stride);
}

/** @throws EncodeError unless it is an array of exactly `length` elements. */
export function asItems(value: unknown, length: number, element: string, path: Path): ArrayLike<unknown> {
  const items = asArray(value, element, length, path);
  if (items.length !== length) {
    refuse(path, undefined, arrayName(element, length), `there are ${items.length} elements, not ${length}`);
  }
  return items;
}

/**
 * The elements of a flexible array, none when it is missing.
 *
 * @throws EncodeError unless it is an array, of which there is room in the view.
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
  const items = bytesOf(value, element, path) ?? asArray(value, element, "", path);
  const bytes = items.length * stride;
  const room = Math.max(0, view.byteLength - offset);
  if (bytes > room) {
    refuse(path, undefined, arrayName(element, ""), `it takes ${bytes} bytes, there is room for ${room}`);
  }
  return items;
}

/** Text and bytes where there are bytes to be stored. */
function bytesOf(value: unknown, element: string, path: Path): Uint8Array | undefined {
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

/** @throws EncodeError unless it is an object that can have fields. */
export function checkRecord(value: unknown, type: string, path: Path): void {
  if (typeof value !== "object" || value === null) refuseType(path, undefined, type, value, "an object");
}
