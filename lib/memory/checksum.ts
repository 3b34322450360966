/**
 * The checksum by which the addon detects an object that differs from its description: FNV-1a of 32-bit words
 * (native/checksum.h).
 */
export function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length & ~3;
  let sum = 0x811c_9dc5;
  for (let at = 0; at < words; at += 4) sum = Math.imul(sum ^ view.getUint32(at, true), 0x0100_0193);
  for (let at = words; at < bytes.length; at++) sum = Math.imul(sum ^ view.getUint8(at), 0x0100_0193);
  return sum >>> 0;
}
