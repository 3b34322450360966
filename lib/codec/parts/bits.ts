// Bitfields are accessed byte by byte: a 64-bit field that starts within a byte spans 9 bytes.

/**
 * Reads a bitfield, without its sign.
 *
 * @param shift - Position of the first bit in the first byte, counted from the lowest bit (big endian: from the
 * highest).
 */
export function readBits(
  view: DataView,
  offset: number,
  shift: number,
  width: number,
  littleEndian: boolean,
): bigint {
  const count = (shift + width + 7) >> 3;
  let bits = 0n;
  for (let i = 0; i < count; i++) {
    bits = (bits << 8n) | BigInt(view.getUint8(offset + (littleEndian ? count - 1 - i : i)));
  }
  const below = littleEndian ? shift : count * 8 - shift - width;
  return BigInt.asUintN(width, bits >> BigInt(below));
}

/** Writes the bits of the field and leaves the other bits unchanged. */
export function writeBits(
  view: DataView,
  offset: number,
  shift: number,
  width: number,
  value: bigint,
  littleEndian: boolean,
): void {
  const count = (shift + width + 7) >> 3;
  const below = BigInt(littleEndian ? shift : count * 8 - shift - width);
  const mask = ((1n << BigInt(width)) - 1n) << below;
  let bits = BigInt.asUintN(width, value) << below;
  let rest = mask;
  for (let i = 0; i < count; i++) {
    const at = offset + (littleEndian ? i : count - 1 - i);
    const ours = Number(rest & 0xffn);
    view.setUint8(at, (view.getUint8(at) & ~ours) | Number(bits & 0xffn));
    bits >>= 8n;
    rest >>= 8n;
  }
}
