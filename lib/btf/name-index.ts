import type { RawBtf } from "./raw.ts";

interface Chunk {
  /** The offset of the first byte in the string space that base and split BTF share. */
  readonly first: number;
  readonly strings: Buffer;
}

// In a kernel's BTF, a search takes 1 to 2 ms and building the table takes 10 to 20 ms.
const SEARCHES_BEFORE_TABLE = 8;

// For an object's BTF, building the table is faster than two searches.
const SMALL = 4096;

// Enough to distinguish the names of a kernel. Limited because all types of a malicious file can share one long name.
const HASHED_BYTES = 64;

/**
 * Finds the types with a name without decoding strings. The first few lookups search the bytes of the string section.
 * Later lookups use a hash table.
 */
export class NameIndex {
  readonly #raw: RawBtf;
  readonly #chunks: readonly Chunk[];
  #searches = 0;
  #table: HashTable | undefined;

  constructor(raw: RawBtf, firstString: number, baseChunks: readonly Chunk[]) {
    this.#raw = raw;
    this.#chunks = [...baseChunks, { first: firstString, strings: raw.strings }];
  }

  /** Returns the indexes of the types with a name, counted from the first type of this BTF, in ascending order. */
  find(name: string): number[] {
    const wanted = Buffer.from(`${name}\0`);
    // The search time for a long name can be proportional to the product of both lengths.
    if (this.#table === undefined && this.#raw.starts.length > SMALL && wanted.length < 256) {
      if (this.#searches++ < SEARCHES_BEFORE_TABLE) return search(this.#raw, this.#chunks, wanted);
    }
    this.#table ??= new HashTable(this.#raw, this.#chunks);
    return this.#table.find(wanted);
  }
}

function search(raw: RawBtf, chunks: readonly Chunk[], wanted: Buffer): number[] {
  const found: number[] = [];
  // A name can be the suffix of a longer name, so all occurrences must be visited.
  const offsets = new Set<number>();
  for (const { first, strings } of chunks) {
    for (let at = strings.indexOf(wanted); at !== -1; at = strings.indexOf(wanted, at + 1))
      offsets.add(first + at);
  }
  if (offsets.size === 0) return found;
  const { words, starts } = raw;
  const [only] = offsets;
  for (let i = 0; i < starts.length; i++) {
    const offset = words[starts[i] as number] as number;
    if (offsets.size === 1 ? offset === only : offsets.has(offset)) found.push(i);
  }
  return found;
}

class HashTable {
  readonly #raw: RawBtf;
  readonly #chunks: readonly Chunk[];
  /** The first type of each bucket plus one. 0 for an empty bucket. */
  readonly #heads: Uint32Array;
  /** The next type of the same bucket plus one. */
  readonly #next: Uint32Array;

  constructor(raw: RawBtf, chunks: readonly Chunk[]) {
    this.#raw = raw;
    this.#chunks = chunks;
    const { words, starts } = raw;
    const buckets = 1 << Math.max(4, 33 - Math.clz32(starts.length));
    this.#heads = new Uint32Array(buckets);
    this.#next = new Uint32Array(starts.length);
    // In reverse order, so that each bucket is ordered by ID.
    for (let i = starts.length - 1; i >= 0; i--) {
      const offset = words[starts[i] as number] as number;
      if (offset === 0) continue;
      const chunk = this.#chunkOf(offset);
      if (chunk === undefined) continue;
      const bucket = hash(chunk.strings, offset - chunk.first) & (buckets - 1);
      this.#next[i] = this.#heads[bucket] as number;
      this.#heads[bucket] = i + 1;
    }
  }

  find(wanted: Buffer): number[] {
    const found: number[] = [];
    const { words, starts } = this.#raw;
    let comparedOffset = -1;
    let isEqual = false;
    let i = this.#heads[hash(wanted, 0) & (this.#heads.length - 1)] as number;
    for (; i !== 0; i = this.#next[i - 1] as number) {
      const offset = words[starts[i - 1] as number] as number;
      if (offset !== comparedOffset) {
        comparedOffset = offset;
        isEqual = this.#equals(offset, wanted);
      }
      if (isEqual) found.push(i - 1);
    }
    return found;
  }

  #chunkOf(offset: number): Chunk | undefined {
    for (let i = this.#chunks.length - 1; i >= 0; i--) {
      const chunk = this.#chunks[i] as Chunk;
      if (offset < chunk.first) continue;
      return offset - chunk.first < chunk.strings.length ? chunk : undefined;
    }
    return undefined;
  }

  #equals(offset: number, wanted: Buffer): boolean {
    const chunk = this.#chunkOf(offset);
    if (chunk === undefined) return false;
    const start = offset - chunk.first;
    const end = start + wanted.length;
    return end <= chunk.strings.length && chunk.strings.compare(wanted, 0, wanted.length, start, end) === 0;
  }
}

// FNV-1a up to the NUL.
function hash(bytes: Uint8Array, start: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < start + HASHED_BYTES; i++) {
    const byte = bytes[i];
    if (byte === 0 || byte === undefined) break;
    h = Math.imul(h ^ byte, 0x01000193);
  }
  return (h ^ (h >>> 15)) >>> 0;
}
