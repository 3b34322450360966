import { readString } from "./parts/index.ts";

/**
 * The text in bytes that C code calls no text, such as `u8 comm[16]`: up to the first NUL or the end, as UTF-8. A byte
 * that is not UTF-8 becomes U+DC00 + the byte, as in `char[16]`.
 *
 * @example
 * ```ts
 * const name = cString(event.comm); // "bash"
 * ```
 */
export function cString(bytes: ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return readString(new DataView(buffer, byteOffset, byteLength), 0, byteLength);
}
