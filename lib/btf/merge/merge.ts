import { iterable } from "../../arguments/index.ts";
import { StringBuilder } from "../../elf/string-builder.ts";
import { BtfError } from "../../errors/index.ts";
import { hostIsLittleEndian } from "../../memory/byte-order.ts";
import { Btf } from "../btf.ts";
import { checkBtf } from "../check-btf.ts";
import { NAME, TYPE, visitFields } from "../fields.ts";
import type { TypeId } from "../types.ts";
import { writeBtf } from "../write.ts";
import { classesOf } from "./classes.ts";
import { graphOf, type MergeSource } from "./graph.ts";

/** The result of {@link mergeBtf}. */
export interface MergedBtf {
  /** The types of all BTF. */
  readonly btf: Btf;
  /** The same as a `.BTF` section. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For each BTF that was merged: the new ID of each of its types, by the old ID. */
  readonly ids: readonly Uint32Array[];
}

/**
 * Puts the types of several BTF into one, each type once. Two types are the same if all types that can be reached from
 * them are the same. A forward declaration is replaced by the type that it declares. Variables and sections are kept
 * one by one.
 *
 * With one BTF it removes the duplicates. If the BTF extend a base, types that the base has are removed as well, and the
 * result extends it. If the base is one of the BTF, the result extends nothing: `[Btf.kernel(), Btf.module("nf_nat")]`.
 *
 * @throws {@link BtfError} when they are of different byte order or extend different bases.
 */
export function mergeBtf(btfs: readonly Btf[]): MergedBtf {
  for (const btf of iterable(btfs, "btfs of mergeBtf")) checkBtf(btf, "btfs of mergeBtf");
  const [sample] = btfs;
  const extended = btfs.find((btf) => btf.base !== undefined)?.base;
  const isMerged = extended !== undefined && btfs.includes(extended);
  const others = isMerged ? btfs.filter((btf) => btf !== extended) : btfs;
  const base = isMerged ? undefined : extended;
  const littleEndian = sample?.littleEndian ?? hostIsLittleEndian;
  if (btfs.some((btf) => btf.littleEndian !== littleEndian))
    throw new BtfError("BTF to merge has different byte orders");
  const graph = graphOf(others, extended, isMerged);
  const { classes, definitions } = classesOf(graph);
  const count = classes.length;

  // By class: the new ID, and for each new ID the node that is written.
  const idOf = new Map<number, TypeId>([[0, 0]]);
  for (let node = 1; node < graph.baseCount; node++) {
    const of = classes[node] as number;
    if (!idOf.has(of) && !definitions.has(node)) idOf.set(of, node);
  }
  const written: number[] = [];
  for (let node = graph.baseCount; node < count; node++) {
    const of = classes[node] as number;
    if (idOf.has(of) || definitions.has(node)) continue;
    idOf.set(of, graph.baseCount + written.length);
    written.push(node);
  }
  const newId = (node: number) => (node === 0 ? 0 : (idOf.get(classes[node] as number) as number));

  const strings = new StringBuilder(base?.stringsEnd ?? 0);
  const words: number[] = [];
  for (const node of written) {
    const {
      btf,
      words: from,
      firstNode,
      firstId,
    } = graph.sources[graph.sourceOf[node] as number] as MergeSource;
    visitFields(from, graph.starts[node] as number, (at, role) => {
      const word = from[at] as number;
      if (role === NAME) words.push(strings.add(btf.string(word)));
      else if (role === TYPE) words.push(newId(word < firstId ? word : firstNode + word));
      else words.push(word);
    });
  }
  const bytes = writeBtf({ words, strings: strings.build(), littleEndian });
  let next = graph.sources.length - others.length;
  const ids = btfs.map((btf) => {
    const { firstNode, firstId } = graph.sources[isMerged && btf === extended ? 0 : next++] as MergeSource;
    return Uint32Array.from({ length: btf.typeCount }, (_, id) => newId(id < firstId ? id : firstNode + id));
  });
  return { btf: Btf.parse(bytes, { base }), bytes, ids };
}
