import type { BtfKind } from "../../lib/btf/index.ts";
import { kindNames } from "../../lib/btf/kinds.ts";

export interface BuilderOptions {
  littleEndian?: boolean;
  /** The first string's offset: the length of the base's string section. */
  firstString?: number;
  /** Bytes behind the fields of the header that everybody knows. */
  headerTail?: Uint8Array;
}

/**
 * Writes BTF by hand, wrong as well as right: types are given as the words of the format.
 *
 * Nothing is checked.
 */
export class BtfBuilder {
  readonly #words: number[] = [];
  #strings = "\0";
  readonly #options: BuilderOptions;

  constructor(options: BuilderOptions = {}) {
    this.#options = options;
    if (options.firstString !== undefined) this.#strings = "";
  }

  /** The offset of a new string. */
  string(text: string): number {
    if (text === "") return 0;
    const offset = (this.#options.firstString ?? 0) + Buffer.byteLength(this.#strings);
    this.#strings += `${text}\0`;
    return offset;
  }

  /** @param words - What follows the three words that all types have. */
  type(
    kind: BtfKind | number,
    name: string,
    sizeOrType: number,
    words: number[] = [],
    vlen = 0,
    flag = false,
  ): this {
    const number = typeof kind === "number" ? kind : kindNames.indexOf(kind as (typeof kindNames)[number]);
    const info = (flag ? 0x8000_0000 : 0) + number * 0x100_0000 + vlen;
    return this.#append([this.string(name), info, sizeOrType]).#append(words);
  }

  words(...words: number[]): this {
    return this.#append(words);
  }

  #append(words: readonly number[]): this {
    for (const word of words) this.#words.push(word);
    return this;
  }

  build(): Uint8Array<ArrayBuffer> {
    const { littleEndian = true, headerTail = new Uint8Array(0) } = this.#options;
    const strings = Buffer.from(this.#strings);
    const types = this.#words.length * 4;
    const header = 24 + headerTail.length;
    const bytes = new Uint8Array(header + types + strings.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xeb9f, littleEndian);
    view.setUint8(2, 1);
    for (const [i, value] of [header, 0, types, types, strings.length].entries()) {
      view.setUint32(4 + i * 4, value, littleEndian);
    }
    bytes.set(headerTail, 24);
    for (const [i, word] of this.#words.entries()) view.setUint32(header + i * 4, word >>> 0, littleEndian);
    bytes.set(strings, header + types);
    return bytes;
  }
}
