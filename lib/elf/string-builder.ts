/** Builds a string section without duplicates. */
export class StringBuilder {
  readonly #offsets = new Map<string, number>();
  readonly #chunks: Uint8Array[] = [];
  readonly #first: number;
  #length = 0;

  /**
   * @param first - The offset of the first byte, where the strings of the base end.
   */
  constructor(first = 0) {
    this.#first = first;
    this.#offsets.set("", 0);
    // Offset 0 of a string section is the empty string.
    if (first === 0) this.begin(new Uint8Array(1));
  }

  /** Begins with the strings of a section, at the same offsets. For a builder to which nothing was added. */
  begin(section: Uint8Array): void {
    this.#chunks.splice(0, this.#chunks.length, section);
    this.#length = section.length;
    const bytes = Buffer.from(section.buffer, section.byteOffset, section.byteLength);
    for (let at = 0, end = bytes.indexOf(0); end !== -1; at = end + 1, end = bytes.indexOf(0, at)) {
      const text = bytes.toString("utf8", at, end);
      if (!this.#offsets.has(text)) this.#offsets.set(text, this.#first + at);
    }
  }

  /** Returns the offset of a text. Adds the text if it is new. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#first + this.#length;
    const bytes = Buffer.from(`${text}\0`);
    this.#offsets.set(text, offset);
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return offset;
  }

  build(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks, this.#length);
    this.#chunks.splice(0, this.#chunks.length, bytes);
    return bytes;
  }
}
