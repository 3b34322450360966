import { describeValue } from "../../arguments/describe-value.ts";
import { zero } from "./bytes.ts";
import { decodeUtf8, toUtf8 } from "./utf8.ts";
import { type Path, refuse, refuseType, type Step } from "./value-path.ts";

const encoder = new TextEncoder();

// Names of processes, devices and cgroups repeat, and creating a string costs ten times as much as comparing it with a
// cached one. This is a direct-mapped cache of 512 strings of up to 16 bytes.
const SLOTS = 512;
const words = new Int32Array(SLOTS * 4);
const strings: string[] = new Array(SLOTS).fill("");

/** Decodes UTF-8 up to the first NUL or `length` bytes. An invalid byte becomes U+DC00 + the byte. */
export function readString(view: DataView, offset: number, length: number): string {
  if (length === 16) {
    const a = view.getInt32(offset, true);
    const b = view.getInt32(offset + 4, true);
    const c = view.getInt32(offset + 8, true);
    const d = view.getInt32(offset + 12, true);
    const mixed = Math.imul(
      a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 0x27d4eb2f), 0x165667b1), 0x85ebca6b),
      0x9e3779b1,
    );
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const at = slot * 4;
    if (words[at] !== a || words[at + 1] !== b || words[at + 2] !== c || words[at + 3] !== d) {
      strings[slot] = decode(view, offset, length);
      words[at] = a;
      words[at + 1] = b;
      words[at + 2] = c;
      words[at + 3] = d;
    }
    return strings[slot] as string;
  }
  return decode(view, offset, length);
}

function decode(view: DataView, offset: number, length: number): string {
  let end = offset;
  let all = 0;
  for (const limit = offset + length; end < limit; end++) {
    const byte = view.getUint8(end);
    if (byte === 0) break;
    all |= byte;
  }
  const used = end - offset;
  if (all < 0x80 && used <= 32) return ascii(view, offset, used);
  return decodeUtf8(new Uint8Array(view.buffer, view.byteOffset + offset, used));
}

// Up to about 32 bytes this is faster than TextDecoder, which calls into C++.
function ascii(view: DataView, offset: number, length: number): string {
  const c = String.fromCharCode;
  let text = "";
  let at = offset;
  const end = offset + length;
  for (; at + 4 <= end; at += 4) {
    text += c(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
  }
  for (; at < end; at++) text += c(view.getUint8(at));
  return text;
}

/**
 * Writes text or bytes into `char[length]` and fills the rest with zeros. Text may fill the whole array, without a
 * final NUL.
 *
 * @throws {@link EncodeError} for text that is too long or contains a NUL: a reader would get less than was stored.
 */
export function writeString(
  view: DataView,
  offset: number,
  length: number,
  value: unknown,
  path: Path,
  step?: Step,
): void {
  if (typeof value === "string") {
    const size = value.length <= length ? value.length : 0;
    let i = 0;
    for (; i < size; i++) {
      const code = value.charCodeAt(i);
      if (code === 0 || code >= 0x80) break;
      view.setUint8(offset + i, code);
    }
    if (i < value.length) i = writeUtf8(view, offset, length, value, path, step);
    zero(view, offset + i, length - i);
  } else if (ArrayBuffer.isView(value)) {
    const used = value.byteLength;
    if (used > length) refuse(path, step, `char[${length}]`, `at most ${length} bytes`, `${used} bytes`);
    const source = new Uint8Array(value.buffer, value.byteOffset, used);
    new Uint8Array(view.buffer, view.byteOffset + offset, length).set(source);
    zero(view, offset + used, length - used);
  } else refuseType(path, step, `char[${length}]`, value, "text or bytes");
}

/** @returns The number of bytes written. */
function writeUtf8(
  view: DataView,
  offset: number,
  length: number,
  value: string,
  path: Path,
  step: Step,
): number {
  if (value.includes("\0")) refuse(path, step, `char[${length}]`, "text without NUL", describeValue(value));
  const target = new Uint8Array(view.buffer, view.byteOffset + offset, length);
  if (value.isWellFormed()) {
    const { read, written } = encoder.encodeInto(value, target);
    if (read === value.length) return written;
  }
  const bytes = toUtf8(value, `char[${length}]`, path, step);
  if (bytes.length > length)
    refuse(path, step, `char[${length}]`, `at most ${length} bytes`, `text of ${bytes.length} bytes`);
  target.set(bytes);
  return bytes.length;
}
