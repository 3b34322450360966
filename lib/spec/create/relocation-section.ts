import { type NewSection, sectionTypes } from "../../elf/index.ts";
import { hostIsLittleEndian } from "../../memory/byte-order.ts";
import type { Relocation } from "../write/object-form.ts";

const ENTRY = 16;

/** The section of the relocations of another section. */
export function relocationSection(relocates: string, relocations: readonly Relocation[]): NewSection {
  const table = new DataView(new ArrayBuffer(relocations.length * ENTRY));
  for (const [i, { offset, symbol, type }] of relocations.entries()) {
    table.setBigUint64(i * ENTRY, BigInt(offset), hostIsLittleEndian);
    table.setBigUint64(i * ENTRY + 8, (BigInt(symbol) << 32n) | BigInt(type), hostIsLittleEndian);
  }
  const data = new Uint8Array(table.buffer);
  return { name: `.rel${relocates}`, type: sectionTypes.rel, data, relocates, align: 8 };
}
