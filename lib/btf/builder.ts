import { BtfError } from "../errors.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { Btf } from "./btf.ts";
import type { BtfDescription, BtfReference } from "./description.ts";
import { encodeType } from "./encode-type.ts";
import { StringBuilder } from "./string-builder.ts";
import type { TypeId } from "./types.ts";
import { writeBtf } from "./write.ts";

export interface BtfBuilderOptions {
  /** The BTF that this one extends: the kernel's for a module's. Ids go on from its own. */
  base?: Btf | undefined;
  /** Of the machine that it is for. Default: that of the base, or this one's. */
  littleEndian?: boolean | undefined;
}

/**
 * Makes BTF: types are added one by one, each once, and refer to others by id or by describing them in place.
 *
 * ```ts
 * const builder = new BtfBuilder();
 * const u32 = builder.add({ kind: "int", name: "unsigned int", size: 4 });
 * builder.add({ kind: "struct", name: "event", size: 4, members: [{ name: "pid", type: u32, bitOffset: 0 }] });
 * const btf = builder.build();
 * ```
 */
export class BtfBuilder {
  readonly littleEndian: boolean;
  readonly base: Btf | undefined;
  readonly #strings: StringBuilder;
  readonly #words: number[] = [];
  readonly #known = new Map<string, TypeId>();
  readonly #firstId: TypeId;
  #nextId: TypeId;
  /** Ids that are taken, by the place of their words; undefined while they are not defined. */
  readonly #types: (readonly number[] | undefined)[] = [];

  constructor(options: BtfBuilderOptions = {}) {
    const { base, littleEndian = base?.littleEndian ?? hostIsLittleEndian } = options;
    if (base !== undefined && base.littleEndian !== littleEndian) {
      throw new BtfError("split BTF is of another byte order than its base");
    }
    this.base = base;
    this.littleEndian = littleEndian;
    this.#strings = new StringBuilder(base?.stringsEnd ?? 0);
    this.#firstId = base?.typeCount ?? 1;
    this.#nextId = this.#firstId;
  }

  /** A builder that has all types of a BTF, under the same ids, to which others can be added. */
  static from(btf: Btf): BtfBuilder {
    const builder = new BtfBuilder({ base: btf.base, littleEndian: btf.littleEndian });
    for (let id = builder.#firstId; id < btf.typeCount; id++)
      builder.#append(builder.#encode(btf.type(id) as never));
    return builder;
  }

  /** The id that the next new type gets. */
  get nextId(): TypeId {
    return this.#nextId;
  }

  /**
   * Adds a type, and what it describes in place. A type that was added before is not added again.
   *
   * @returns Its id.
   * @throws BtfError for a number that BTF cannot hold, or a type that does not exist.
   */
  add(type: BtfDescription): TypeId {
    const words = this.#encode(type);
    const key = words.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#append(words);
    this.#known.set(key, id);
    return id;
  }

  /** Takes an id for a type that others refer to before it can be described: a struct with a pointer to itself. */
  reserve(): TypeId {
    this.#types.push(undefined);
    return this.#nextId++;
  }

  /** Describes the type of a reserved id. @throws BtfError when it was not reserved, or is described already. */
  define(id: TypeId, type: BtfDescription): TypeId {
    const index = id - this.#firstId;
    if (index < 0 || index >= this.#types.length || this.#types[index] !== undefined) {
      throw new BtfError(`BTF type ${id} is not one that was reserved`);
    }
    const words = this.#encode(type);
    this.#types[index] = words;
    this.#known.set(words.join(), id);
    return id;
  }

  /** The offset of a text in the string section, for .BTF.ext. */
  string(text: string): number {
    return this.#strings.add(text);
  }

  /** The bytes: a `.BTF` section. @throws BtfError when a reserved type was not described. */
  encode(): Uint8Array<ArrayBuffer> {
    this.#words.length = 0;
    for (const [index, words] of this.#types.entries()) {
      if (words === undefined)
        throw new BtfError(`BTF type ${this.#firstId + index} was reserved and never defined`);
      for (const word of words) this.#words.push(word);
    }
    return writeBtf({ words: this.#words, strings: this.#strings.build(), littleEndian: this.littleEndian });
  }

  /** What was added, to be read. */
  build(): Btf {
    return Btf.parse(this.encode(), { base: this.base });
  }

  #append(words: readonly number[]): TypeId {
    this.#types.push(words);
    return this.#nextId++;
  }

  #encode(type: BtfDescription): number[] {
    return encodeType(type, {
      string: (text) => this.#strings.add(text),
      type: (reference) => this.#reference(reference),
      indexType: () => this.add({ kind: "int", name: "unsigned int", size: 4 }),
    });
  }

  #reference(reference: BtfReference): TypeId {
    if (typeof reference === "object" && reference !== null) return this.add(reference);
    if (Number.isInteger(reference) && reference >= 0 && reference <= 0xffff_ffff) return reference;
    throw new BtfError(`expected a BTF type or the id of one, received ${String(reference)}`);
  }
}
