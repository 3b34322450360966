/** Bytes of a loader's embedded object. Line breaks in the text are passed over. */
export function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
