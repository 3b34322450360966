import { checkBytes } from "../arguments/index.ts";
import { readString } from "./parts/index.ts";

/**
 * Decodes text from bytes whose C type is not `char`, such as `u8 comm[16]`: up to the first NUL or the end, as UTF-8.
 * A byte that is not UTF-8 becomes U+DC00 + the byte, as in `char[16]`.
 *
 * @example
 * ```ts
 * const name = cString(event.comm); // "bash"
 * ```
 */
export function cString(bytes: ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = viewOf(bytes, "cString");
  return readString(new DataView(buffer, byteOffset, byteLength), 0, byteLength);
}

/**
 * Decodes consecutive texts that each end with a NUL, such as the arguments of a command. Each is decoded as by
 * {@link cString}. The end of the bytes also ends a text.
 *
 * @param count - The number of texts, if it is known. Without it, NULs at the end are padding, and an empty text in front
 *   of them is not found.
 * @example
 * ```ts
 * cStrings(event.args.subarray(0, event.args_size)); // ["ls", "-l", "/tmp"]
 * ```
 */
export function cStrings(bytes: ArrayBufferView, count?: number): string[] {
  const { buffer, byteOffset, byteLength } = viewOf(bytes, "cStrings");
  const all = new Uint8Array(buffer, byteOffset, byteLength);
  const end = count === undefined ? all.findLastIndex((byte) => byte !== 0) + 1 : byteLength;
  const found: string[] = [];
  for (let at = 0; at < end && found.length < (count ?? byteLength); ) {
    const nul = all.indexOf(0, at);
    const next = nul < 0 ? byteLength : nul;
    found.push(cString(all.subarray(at, next)));
    at = next + 1;
  }
  return found;
}

function viewOf(bytes: ArrayBufferView, call: string): ArrayBufferView {
  return ArrayBuffer.isView(bytes) && bytes.buffer.byteLength > 0
    ? bytes
    : checkBytes(bytes, `bytes of ${call}`);
}
