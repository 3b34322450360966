/** Builds a string section without duplicates. */
export class StringBuilder {
  readonly #offsets = new Map<string, number>();
  readonly #chunks: Uint8Array[] = [];
  readonly #first: number;
  #length = 0;

  /**
   * @param first - The offset of the first byte, where the strings of the base end.
   * @param initial - The initial contents.
   */
  constructor(first = 0, initial: Uint8Array = first === 0 ? new Uint8Array(1) : new Uint8Array(0)) {
    this.#first = first;
    this.#length = initial.length;
    if (initial.length > 0) this.#chunks.push(initial);
    this.#offsets.set("", 0);
  }

  /** Registers a text that the section already contains. */
  know(text: string, offset: number): void {
    if (!this.#offsets.has(text)) this.#offsets.set(text, offset);
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
