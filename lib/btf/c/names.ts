// Types that the compiler predefines, with different definitions for BPF and for the kernel.
const builtIn = Buffer.from("__builtin_va_list\0");

/** The mean length of a name in a kernel, with its NUL. The tables grow when a BTF has shorter names. */
const MEAN_LENGTH = 16;

/** The two spaces of names in C: `struct name`, and everything else. */
export type Space = "tag" | "name";

/**
 * Counts the types of each name, without decoding the names. Compares names by their text, because the string section
 * can contain a name several times.
 */
export class Names {
  readonly #strings: Buffer;
  /** The name at each offset, as its number plus one. */
  readonly #known: Int32Array;
  /** The first name of each bucket plus one. */
  #buckets: Int32Array;
  /** By number of the name: the next name of the same bucket plus one, the hash, the offset, and the counts. */
  readonly #next: number[] = [];
  readonly #hashes: number[] = [];
  readonly #offsets: number[] = [];
  readonly #counts = { tag: [] as number[], name: [] as number[] };

  constructor(strings: Buffer) {
    this.#strings = strings;
    this.#known = new Int32Array(strings.length);
    this.#buckets = new Int32Array(2 ** Math.ceil(Math.log2(strings.length / MEAN_LENGTH + 16)));
    const predefined = strings.indexOf(builtIn);
    if (predefined !== -1) this.count("name", predefined);
  }

  /** Counts a type with the name at an offset. Returns how many there are now. */
  count(space: Space, offset: number): number {
    const counts = this.#counts[space];
    const number = this.numberOf(offset);
    const count = (counts[number] as number) + 1;
    counts[number] = count;
    return count;
  }

  /** The small number of the name at an offset. */
  numberOf(offset: number): number {
    const known = this.#known[offset] as number;
    if (known !== 0) return known - 1;
    const number = this.#find(offset);
    this.#known[offset] = number + 1;
    return number;
  }

  #find(offset: number): number {
    const hash = this.#hash(offset);
    let bucket = hash & (this.#buckets.length - 1);
    for (let i = this.#buckets[bucket] as number; i !== 0; i = this.#next[i - 1] as number) {
      if (this.#hashes[i - 1] === hash && this.#equal(this.#offsets[i - 1] as number, offset)) return i - 1;
    }
    const number = this.#offsets.length;
    if (number === this.#buckets.length) {
      this.#rehash();
      bucket = hash & (this.#buckets.length - 1);
    }
    this.#hashes.push(hash);
    this.#offsets.push(offset);
    this.#next.push(this.#buckets[bucket] as number);
    this.#counts.tag.push(0);
    this.#counts.name.push(0);
    this.#buckets[bucket] = number + 1;
    return number;
  }

  #rehash(): void {
    const buckets = new Int32Array(this.#buckets.length * 4);
    for (const [number, hash] of this.#hashes.entries()) {
      const bucket = hash & (buckets.length - 1);
      this.#next[number] = buckets[bucket] as number;
      buckets[bucket] = number + 1;
    }
    this.#buckets = buckets;
  }

  // FNV-1a.
  #hash(offset: number): number {
    const strings = this.#strings;
    let hash = 0x811c9dc5 | 0;
    let at = offset;
    for (let byte = strings[at++] as number; byte !== 0; byte = strings[at++] as number)
      hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash ^ (hash >>> 15)) & 0x3fff_ffff;
  }

  #equal(a: number, b: number): boolean {
    const strings = this.#strings;
    for (let i = 0; ; i++) {
      const byte = strings[a + i] as number;
      if (byte !== strings[b + i]) return false;
      if (byte === 0) return true;
    }
  }
}
