import { type NewSection, sectionTypes } from "../../elf/index.ts";
import { hostIsLittleEndian } from "../../memory/byte-order.ts";
import type { Relocation } from "../write/object-form.ts";
import { encodeRelocations } from "../write/relocations.ts";

/** The section of the relocations of another section. */
export function relocationSection(relocates: string, relocations: readonly Relocation[]): NewSection {
  const data = encodeRelocations(relocations, hostIsLittleEndian);
  return { name: `.rel${relocates}`, type: sectionTypes.rel, data, relocates, align: 8 };
}
