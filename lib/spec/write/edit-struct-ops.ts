import { type ElfSection, readBpfObject, rewriteElf, symbolTypes } from "../../elf/index.ts";
import { R_BPF_64_64 } from "./object-form.ts";
import { writeRelocations } from "./relocations.ts";

/** The new contents of a struct_ops map. */
export interface StructOpsEdit {
  readonly sectionIndex: number;
  /** Bytes from the start of the section. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** The names of the programs by the offset of the member, in bytes. */
  readonly callbacks: ReadonlyMap<number, string>;
}

/**
 * Replaces a struct of callbacks in an object. libbpf then loads the programs to which the struct refers, as if the C
 * file had been changed.
 */
export function editStructOps(object: Uint8Array, edit: StructOpsEdit): Uint8Array {
  const { sectionIndex, offset: start, bytes, callbacks } = edit;
  const elf = readBpfObject(object);
  const section = elf.sections[sectionIndex] as ElfSection;
  const data = new Uint8Array(section.data);
  data.set(bytes, start);
  const contents = new Map([[sectionIndex, data]]);
  const relocations = elf
    .relocations(section)
    .filter(({ offset }) => offset < start || offset >= start + bytes.length)
    .map(({ offset, symbol, type }) => ({ offset, symbol: symbol.index, type }));
  for (const [offset, program] of callbacks) {
    const symbol = elf.symbols.find(({ name, type }) => name === program && type === symbolTypes.func);
    if (symbol === undefined) continue;
    relocations.push({ offset: start + offset, symbol: symbol.index, type: R_BPF_64_64 });
  }
  const added = writeRelocations(elf, section, relocations, contents);
  return rewriteElf(object, elf, { contents, added });
}
