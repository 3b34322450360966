import { isAscii } from "node:buffer";

// Strings are cut out of one decoded text: decoding each string separately needs one native call per string.
const MAX_TEXT = 1 << 16;

// The limit of the decoded size, as a multiple of the table. Names of real files hardly overlap.
const MAX_OVERLAP = 16;

/**
 * NUL-terminated strings at offsets, as in an ELF string table or the BTF string section. Each is decoded once.
 *
 * A small malicious file can refer to 100,000 suffixes of one long string, which would exhaust the memory. Such a table
 * is refused.
 */
export class StringTable {
  readonly bytes: Buffer;
  readonly #refuse: (problem: string) => Error;
  readonly #decoded = new Map<number, string>();
  #decodedBytes = 0;
  /** The decoded table. Undefined until first used; null if each string is decoded separately. */
  #text: string | null | undefined;

  /** @param refuse - Creates the error to throw. */
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
      throw this.#refuse("strings overlap more than a compiler produces");
    }
    const string = text === null ? this.bytes.toString("utf8", offset, end) : text.slice(offset, end);
    this.#decoded.set(offset, string);
    return string;
  }

  /**
   * The offsets of a text that is followed by one of several characters. Includes text at the end of a longer string.
   *
   * @param ends - The characters, in ASCII: `"\0@"`.
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
