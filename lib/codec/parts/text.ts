import { zero } from "./bytes.ts";
import { type Path, refuse, refuseType, type Step } from "./path.ts";
import { decodeUtf8, toUtf8 } from "./utf8.ts";

const encoder = new TextEncoder();

// Names of processes, devices and cgroups come again and again, and to make a string costs ten times what it takes
// to see that it is the one from last time. A direct-mapped table of 512 strings of up to 16 bytes.
const SLOTS = 512;
const words = new Int32Array(SLOTS * 4);
const strings: string[] = new Array(SLOTS).fill("");

/** Text up to the first NUL or `length` bytes, as UTF-8; a byte that is not UTF-8 becomes U+DC00 + the byte. */
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

// Below some 32 bytes this beats TextDecoder, which leaves JavaScript for each call.
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
 * Text or bytes into `char[length]`, zeros after them. Text may fill the array to its last byte, without a NUL.
 *
 * @throws EncodeError when it is longer, or has a NUL within, since less would be read back than was stored.
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
    if (used > length) refuse(path, step, `char[${length}]`, `there are ${used} bytes`);
    const source = new Uint8Array(value.buffer, value.byteOffset, used);
    new Uint8Array(view.buffer, view.byteOffset + offset, length).set(source);
    zero(view, offset + used, length - used);
  } else refuseType(path, step, `char[${length}]`, value, "text or bytes");
}

/** @returns the bytes written. */
function writeUtf8(
  view: DataView,
  offset: number,
  length: number,
  value: string,
  path: Path,
  step: Step,
): number {
  if (value.includes("\0")) refuse(path, step, `char[${length}]`, "there is a NUL in the text");
  const target = new Uint8Array(view.buffer, view.byteOffset + offset, length);
  if (value.isWellFormed()) {
    const { read, written } = encoder.encodeInto(value, target);
    if (read === value.length) return written;
  }
  const bytes = toUtf8(value, `char[${length}]`, path, step);
  if (bytes.length > length) refuse(path, step, `char[${length}]`, `the text takes ${bytes.length} bytes`);
  target.set(bytes);
  return bytes.length;
}
