import type { BtfKind } from "../../lib/btf/index.ts";
import { kindNames } from "../../lib/btf/kinds.ts";
import { writeBtf } from "../../lib/btf/write.ts";

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
export class RawBtfBuilder {
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
    return writeBtf({ words: this.#words, strings: Buffer.from(this.#strings), littleEndian, headerTail });
  }
}
