// 128-bit integers, which DataView does not support.

/** Reads an unsigned integer of 128 bits. */
export function readU128(view: DataView, offset: number, littleEndian: boolean): bigint {
  const first = view.getBigUint64(offset, littleEndian);
  const second = view.getBigUint64(offset + 8, littleEndian);
  return littleEndian ? (second << 64n) | first : (first << 64n) | second;
}

/** Reads a signed integer of 128 bits. */
export function readI128(view: DataView, offset: number, littleEndian: boolean): bigint {
  return BigInt.asIntN(128, readU128(view, offset, littleEndian));
}

/** Writes a signed or unsigned integer that was checked before. */
export function write128(view: DataView, offset: number, value: bigint, littleEndian: boolean): void {
  // The setters take the value modulo 2^64.
  view.setBigUint64(offset + (littleEndian ? 0 : 8), BigInt.asUintN(64, value), littleEndian);
  view.setBigUint64(offset + (littleEndian ? 8 : 0), BigInt.asUintN(64, value >> 64n), littleEndian);
}
