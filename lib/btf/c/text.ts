import { BtfError } from "../../errors/index.ts";

// A whole kernel needs 3 MB. A malformed BTF can have one long name in every type.
const MOST = 1 << 26;

/** C source text, kept as bytes, since most of it is names that are copied from the string section. */
export class CText {
  readonly #strings: Uint8Array;
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /** The bitwise OR of all bytes of names, to detect names that are not ASCII. */
  #bits = 0;

  constructor(strings: Uint8Array) {
    this.#strings = strings;
  }

  /** Adds text of ASCII characters. */
  add(text: string): void {
    if (this.#length + text.length > this.#bytes.length) this.#grow(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  tabs(count: number): void {
    if (this.#length + count > this.#bytes.length) this.#grow(count);
    for (let i = 0; i < count; i++) this.#bytes[this.#length++] = 9;
  }

  /**
   * Adds the name at an offset of the string section.
   *
   * @throws {@link BtfError} when the name does not end in the section.
   */
  name(offset: number): void {
    const strings = this.#strings;
    const bytes = this.#bytes;
    const room = bytes.length - this.#length;
    let at = this.#length;
    let bits = this.#bits;
    let from = offset;
    for (let byte = strings[from++] as number; byte > 0; byte = strings[from++] as number) {
      if (from - offset > room) {
        const end = strings.indexOf(0, offset);
        if (end < 0) break;
        this.#grow(end - offset);
        this.name(offset);
        return;
      }
      bytes[at++] = byte;
      bits |= byte;
    }
    // Behind the section, `byte` is undefined.
    if (strings[from - 1] !== 0)
      throw new BtfError(`BTF name at ${offset} does not end in the string section`);
    this.#length = at;
    this.#bits = bits;
  }

  toString(): string {
    const bytes = Buffer.from(this.#bytes.buffer, 0, this.#length);
    return bytes.toString(this.#bits < 0x80 ? "latin1" : "utf8");
  }

  #grow(by: number): void {
    const least = this.#length + by;
    if (least > MOST) throw new BtfError(`the types need more than ${MOST >> 20} MiB of C`);
    const bytes = new Uint8Array(2 ** Math.ceil(Math.log2(least + 1)) * 2);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
