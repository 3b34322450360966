import { type Path, refuseType, type Step } from "./value-path.ts";

// Lossless UTF-8: an invalid byte is decoded as a lone surrogate, U+DC80 to U+DCFF, which valid text never contains.
// Such a surrogate is encoded as that byte. Python calls this surrogateescape.
const ESCAPE = 0xdc00;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

export function decodeUtf8(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  // Valid text may contain this character too. The slow path then returns the same text.
  return text.includes("\ufffd") ? decodeAnyBytes(bytes) : text;
}

/** @throws {@link EncodeError} for text with a lone surrogate outside U+DC80 to U+DCFF. */
export function toUtf8(text: string, type: string, path: Path, step?: Step): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  return encodeEscapes(text) ?? refuseType(path, step, type, text, "well-formed Unicode text");
}

function decodeAnyBytes(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += decoder.decode(bytes.subarray(start, at)) + String.fromCharCode(ESCAPE + (bytes[at] as number));
    start = ++at;
  }
  return text + decoder.decode(bytes.subarray(start));
}

/** Returns the length in bytes of the character at `at`; 0 for an invalid byte. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  const second = bytes[at + 1] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return isContinuation(second) ? 2 : 0;
  const third = bytes[at + 2] ?? 0;
  if (first < 0xf0) {
    // No overlong encoding and no surrogate.
    const isAllowed = first === 0xe0 ? second >= 0xa0 : first !== 0xed || second < 0xa0;
    return isAllowed && isContinuation(second) && isContinuation(third) ? 3 : 0;
  }
  const isAllowed = first === 0xf0 ? second >= 0x90 : first !== 0xf4 || second < 0x90;
  const rest = isContinuation(second) && isContinuation(third) && isContinuation(bytes[at + 3] ?? 0);
  return isAllowed && rest ? 4 : 0;
}

function isContinuation(byte: number): boolean {
  return byte >> 6 === 2;
}

function encodeEscapes(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE);
    else if (code >= 0xd800 && code <= 0xdfff) return undefined;
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}
