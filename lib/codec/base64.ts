/** Decodes the embedded object of a loader. Skips line breaks in the text. */
export function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
