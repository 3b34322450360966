import { isAscii } from "node:buffer";

// What is cut out of one decoded text instead of string by string, which takes a call out of JavaScript each.
const MAX_TEXT = 1 << 16;

// The largest share of the table that names may decode to; names of real files do not overlap more than a little.
const MAX_OVERLAP = 16;

/**
 * NUL-terminated strings at offsets, as in an ELF string table or the string section of BTF, decoded once each.
 *
 * A small hostile file can name 100,000 suffixes of one long string, which would fill the memory: such a table
 * is refused.
 */
export class StringTable {
  readonly bytes: Buffer;
  readonly #refuse: (problem: string) => Error;
  readonly #decoded = new Map<number, string>();
  #decodedBytes = 0;
  /** All of the table; undefined until asked for, null where strings are decoded one by one. */
  #text: string | null | undefined;

  /** @param refuse - Makes the error to throw. */
  constructor(bytes: Uint8Array, refuse: (problem: string) => Error) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  at(offset: number): string {
    const known = this.#decoded.get(offset);
    if (known !== undefined) return known;
    if (!(offset < this.bytes.length)) {
      throw this.#refuse(`string at ${offset} lies outside a table of ${this.bytes.length} bytes`);
    }
    if (this.#text === undefined) this.#text = wholeText(this.bytes);
    const text = this.#text;
    const end = text === null ? this.bytes.indexOf(0, offset) : text.indexOf("\0", offset);
    if (end === -1) throw this.#refuse(`string at ${offset} does not end within its table`);
    this.#decodedBytes += end - offset;
    if (this.#decodedBytes > MAX_OVERLAP * this.bytes.length) {
      throw this.#refuse("strings overlap far more than any compiler would have them");
    }
    const string = text === null ? this.bytes.toString("utf8", offset, end) : text.slice(offset, end);
    this.#decoded.set(offset, string);
    return string;
  }

  /**
   * Where text stands in the table with one of several characters behind it. What shares its end with a longer string
   * is found too.
   *
   * @param ends - ASCII: `"\0@"`.
   */
  startsOf(text: string, ends: string): Set<number> {
    const wanted = Buffer.from(text);
    const found = new Set<number>();
    for (let at = this.bytes.indexOf(wanted); at !== -1; at = this.bytes.indexOf(wanted, at + 1)) {
      const end = this.bytes[at + wanted.length];
      if (end !== undefined && ends.includes(String.fromCharCode(end))) found.add(at);
    }
    return found;
  }
}

function wholeText(bytes: Buffer): string | null {
  return bytes.length <= MAX_TEXT && isAscii(bytes) ? bytes.toString("latin1") : null;
}
