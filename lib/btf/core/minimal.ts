import { StringBuilder } from "../../elf/string-builder.ts";
import type { Btf } from "../btf.ts";
import type { CoreRelocation } from "../ext.ts";
import { NAME, TYPE, visitFields } from "../fields.ts";
import { kindNumbers as kinds } from "../kinds.ts";
import type { TypeId } from "../types.ts";
import { writeBtf } from "../write.ts";
import { NeededTypes } from "./needed.ts";

/** The CO-RE relocations of an object and the BTF that they refer to. */
export interface Relocations {
  readonly btf: Btf;
  readonly relocations: Iterable<CoreRelocation>;
}

/**
 * Returns a `.BTF` section with the types of a kernel that relocations need. Structs have only the members that are
 * read.
 */
export function encodeMinimal(kernel: Btf, objects: Iterable<Relocations>): Uint8Array<ArrayBuffer> {
  const needed = new NeededTypes(kernel);
  for (const { btf, relocations } of objects)
    for (const relocation of relocations) needed.add(btf, relocation);

  const ids = [...needed.types].sort((a, b) => a - b);
  const newIds = new Map<TypeId, TypeId>(ids.map((id, index) => [id, index + 1]));
  const flat = kernel.flat();
  const strings = new StringBuilder();
  const words: number[] = [];
  for (const id of ids) {
    const start = flat.starts[id] as number;
    const kind = flat.kinds[id];
    const members =
      kind === kinds.struct || kind === kinds.union ? (needed.members.get(id) ?? new Set()) : undefined;
    const first = words.length;
    visitFields(flat.words, start, (at, role) => {
      // Each member has three words behind the three of the struct.
      if (members !== undefined && at >= start + 3 && !members.has(Math.floor((at - start - 3) / 3))) return;
      const word = flat.words[at] as number;
      if (role === NAME) words.push(strings.add(kernel.string(word)));
      // What nothing needs behind a pointer is void.
      else if (role === TYPE) words.push(newIds.get(word) ?? 0);
      else words.push(word);
    });
    if (members !== undefined)
      words[first + 1] = (((flat.words[start + 1] as number) & 0xff00_0000) | members.size) >>> 0;
  }
  return writeBtf({ words, strings: strings.build(), littleEndian: kernel.littleEndian });
}
