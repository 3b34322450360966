import { BtfError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import { NAME, TYPE, visitFields } from "../fields.ts";
import { kindNumbers as kinds } from "../kinds.ts";
import { vlenOf } from "../raw.ts";

/** The types of several BTF as the nodes of one graph. Node 0 is `void`. */
export interface TypeGraph {
  /** The BTF of each node and the start of its words. */
  readonly sources: readonly MergeSource[];
  readonly sourceOf: Uint16Array;
  readonly starts: Uint32Array;
  /** The nodes that a node refers to are `references[first[n]]` up to `references[first[n + 1]]`. */
  readonly first: Uint32Array;
  readonly references: Uint32Array;
  /** Equal for nodes that differ only in the types that they refer to. */
  readonly shapes: Uint32Array;
  /** The nodes of `base`, which come first, `void` included. */
  readonly baseCount: number;
}

export interface MergeSource {
  readonly btf: Btf;
  readonly words: Uint32Array;
  readonly kinds: Uint8Array;
  /** The node of the type with ID 0. Those of the base have the nodes of their IDs. */
  readonly firstNode: number;
  /** The ID of the first type that is not one of the base. */
  readonly firstId: number;
}

/**
 * @param isMerged - Whether the types of the base are to be merged too, which comes first among the sources.
 * @throws {@link BtfError} when a BTF extends another one than `base`, or refers to a type that does not exist.
 */
export function graphOf(btfs: readonly Btf[], base: Btf | undefined, isMerged: boolean): TypeGraph {
  const sources: MergeSource[] = [];
  const baseCount = base?.typeCount ?? 1;
  let count = baseCount;
  const add = (btf: Btf, firstNode: number, firstId: number) => {
    const { words, kinds: all, starts: at } = btf.flat();
    sources.push({ btf, words, kinds: all, firstNode, firstId });
    return at;
  };
  const flats: Uint32Array[] = [];
  if (base !== undefined) flats.push(add(base, 0, 1));
  for (const btf of btfs) {
    if (btf.base !== base) throw new BtfError("BTF to merge extends another base");
    flats.push(add(btf, count - baseCount, baseCount));
    count += btf.typeCount - baseCount;
  }
  const sourceOf = new Uint16Array(count);
  const starts = new Uint32Array(count);
  const first = new Uint32Array(count + 1);
  const references: number[] = [];
  const shapes = new Uint32Array(count);
  const shapeNumbers = new Map<string, number>();
  for (const [index, source] of sources.entries()) {
    const { btf, words, firstNode, firstId } = source;
    const at = flats[index] as Uint32Array;
    for (let id = firstId; id < at.length; id++) {
      const node = firstNode + id;
      const start = at[id] as number;
      sourceOf[node] = index;
      starts[node] = start;
      first[node] = references.length;
      const shape: (string | number)[] = [];
      visitFields(words, start, (position, role) => {
        const word = words[position] as number;
        if (role === NAME) {
          shape.push(btf.string(word));
        } else if (role !== TYPE) {
          shape.push(word);
        } else {
          if (word >= at.length) btf.type(word);
          references.push(word < firstId ? word : firstNode + word);
        }
      });
      // Variables and sections are never merged.
      const kind = source.kinds[id];
      if (kind === kinds.var || kind === kinds.datasec) shape.push(node);
      const key = shape.join("\0");
      let number = shapeNumbers.get(key);
      if (number === undefined) {
        number = shapeNumbers.size + 1;
        shapeNumbers.set(key, number);
      }
      shapes[node] = number;
    }
  }
  first[count] = references.length;
  return {
    sources,
    sourceOf,
    starts,
    first,
    references: Uint32Array.from(references),
    shapes,
    baseCount: isMerged ? 1 : baseCount,
  };
}

/** What a node declares or defines, such as `struct sk_buff`; undefined for a type without a tag. */
export function tagOf(graph: TypeGraph, node: number): { tag: string; isForward: boolean } | undefined {
  if (node === 0) return undefined;
  const { btf, words } = graph.sources[graph.sourceOf[node] as number] as MergeSource;
  const start = graph.starts[node] as number;
  const name = btf.string(words[start] as number);
  if (name === "") return undefined;
  const info = words[start + 1] as number;
  switch ((info >>> 24) & 0x7f) {
    case kinds.struct:
      return { tag: `struct ${name}`, isForward: false };
    case kinds.union:
      return { tag: `union ${name}`, isForward: false };
    case kinds.fwd:
      return { tag: `${info >>> 31 === 1 ? "union" : "struct"} ${name}`, isForward: true };
    case kinds.enum:
    case kinds.enum64:
      return { tag: `enum ${name}`, isForward: vlenOf(info) === 0 };
    default:
      return undefined;
  }
}
