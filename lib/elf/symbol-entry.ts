/** The size in bytes of a symbol in a 64-bit file. */
export const SYMBOL_SIZE = 24;

export interface SymbolPlace {
  /** The index of its section. */
  readonly section?: number;
  /** The offset in bytes from the start of the section. */
  readonly value?: number;
  /** Bytes. */
  readonly size?: number;
}

/** Writes the place of a symbol into the symbol table of a 64-bit file. Omitted fields keep their values. */
export function placeSymbol(
  table: DataView,
  index: number,
  { section, value, size }: SymbolPlace,
  littleEndian: boolean,
): void {
  const at = index * SYMBOL_SIZE;
  if (section !== undefined) table.setUint16(at + 6, section, littleEndian);
  if (value !== undefined) table.setBigUint64(at + 8, BigInt(value), littleEndian);
  if (size !== undefined) table.setBigUint64(at + 16, BigInt(size), littleEndian);
}
