import type { RawBtf } from "./raw.ts";

interface Chunk {
  /** The offset that the first byte has in the string space that bases and splits share. */
  readonly first: number;
  readonly strings: Buffer;
}

// Enough to tell the names of a kernel apart; a bound, since a hostile file can let every type share one long name.
const HASHED_BYTES = 64;

/**
 * A hash table from name to type that makes no strings: it hashes and compares the bytes of the string section.
 * A kernel's 100,000 names take some milliseconds and 1.5 MB.
 */
export class NameIndex {
  readonly #raw: RawBtf;
  readonly #chunks: readonly Chunk[];
  /** First type of each bucket plus one, 0 for none. */
  readonly #heads: Uint32Array;
  /** The next type of the same bucket plus one. */
  readonly #next: Uint32Array;

  constructor(raw: RawBtf, firstString: number, baseChunks: readonly Chunk[]) {
    this.#raw = raw;
    this.#chunks = [...baseChunks, { first: firstString, strings: raw.strings }];
    const { words, starts } = raw;
    const buckets = 1 << Math.max(4, 33 - Math.clz32(starts.length));
    this.#heads = new Uint32Array(buckets);
    this.#next = new Uint32Array(starts.length);
    // Backwards, so that each bucket ends up in order of id.
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

  /** Yields which types, counted from the first one of this BTF, bear the name; in order. */
  *find(name: string): IterableIterator<number> {
    const wanted = Buffer.from(`${name}\0`);
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
      if (isEqual) yield i - 1;
    }
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
