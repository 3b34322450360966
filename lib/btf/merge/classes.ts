import { type TypeGraph, tagOf } from "./graph.ts";

/**
 * The classes of equal types of a graph, by node. Two types are equal if all types that can be reached from them are
 * equal, so structs that refer to themselves can be equal too.
 *
 * A forward declaration is in the class of the type that it declares if there is one definition of that name.
 */
export function classesOf(graph: TypeGraph): {
  classes: Uint32Array;
  definitions: ReadonlyMap<number, number>;
} {
  const { definitions, byTag } = findDefinitions(graph);
  for (;;) {
    const classes = refine(graph, definitions);
    let isSettled = true;
    for (const [forward, definition] of definitions) {
      // If several definitions differ only in their references, the declaration can mean any of them.
      const others = byTag.get(definition) ?? [];
      if (others.every((node) => classes[node] === classes[definition])) continue;
      definitions.delete(forward);
      isSettled = false;
    }
    if (isSettled) return { classes, definitions };
  }
}

/** The definition of each forward declaration, where all definitions of the name have one shape. */
function findDefinitions(graph: TypeGraph) {
  const all = new Map<string, { forward: number[]; whole: number[] }>();
  for (let node = 1; node < graph.shapes.length; node++) {
    const found = tagOf(graph, node);
    if (found === undefined) continue;
    const entry = all.get(found.tag) ?? { forward: [], whole: [] };
    (found.isForward ? entry.forward : entry.whole).push(node);
    all.set(found.tag, entry);
  }
  const definitions = new Map<number, number>();
  const byTag = new Map<number, readonly number[]>();
  for (const { forward, whole } of all.values()) {
    const [definition] = whole;
    if (definition === undefined || forward.length === 0) continue;
    if (whole.some((node) => graph.shapes[node] !== graph.shapes[definition])) continue;
    byTag.set(definition, whole);
    for (const node of forward) definitions.set(node, definition);
  }
  return { definitions, byTag };
}

/** Splits the classes of one shape until the members of each refer to the same classes. */
function refine(graph: TypeGraph, definitions: ReadonlyMap<number, number>): Uint32Array {
  const count = graph.shapes.length;
  const references = graph.references.map((node) => definitions.get(node) ?? node);
  let classes: Uint32Array<ArrayBufferLike> = graph.shapes;
  for (let before = 0; ; ) {
    const { next, size } = split(graph.first, references, classes, count);
    for (const [forward, definition] of definitions) next[forward] = next[definition] as number;
    classes = next;
    if (size === before) return classes;
    before = size;
  }
}

function split(first: Uint32Array, references: Uint32Array, classes: Uint32Array, count: number) {
  const buckets = new Uint32Array(2 ** Math.ceil(Math.log2(count + 1)) * 2);
  const mask = buckets.length - 1;
  const next = new Uint32Array(count);
  let size = 0;
  for (let node = 1; node < count; node++) {
    const from = first[node] as number;
    const length = (first[node + 1] as number) - from;
    let hash = Math.imul(classes[node] as number, 0x9e3779b1);
    for (let i = from; i < from + length; i++)
      hash = Math.imul(hash ^ (classes[references[i] as number] as number), 0x01000193) ^ (hash >>> 15);
    let bucket = (hash ^ (hash >>> 16)) & mask;
    for (;;) {
      const other = buckets[bucket] as number;
      if (other === 0) {
        buckets[bucket] = node;
        next[node] = ++size;
        break;
      }
      if (isSame(first, references, classes, node, other)) {
        next[node] = next[other] as number;
        break;
      }
      bucket = (bucket + 1) & mask;
    }
  }
  return { next, size };
}

function isSame(
  first: Uint32Array,
  references: Uint32Array,
  classes: Uint32Array,
  a: number,
  b: number,
): boolean {
  if (classes[a] !== classes[b]) return false;
  const [ofA, ofB] = [first[a] as number, first[b] as number];
  const length = (first[a + 1] as number) - ofA;
  if ((first[b + 1] as number) - ofB !== length) return false;
  for (let i = 0; i < length; i++) {
    if (classes[references[ofA + i] as number] !== classes[references[ofB + i] as number]) return false;
  }
  return true;
}
