import {
  checkBoolean,
  checkString,
  describeValue,
  invalidArgument,
  optional,
  optionsOf,
} from "../arguments/index.ts";
import { StringBuilder } from "../elf/string-builder.ts";
import { BtfError } from "../errors/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { Btf } from "./btf.ts";
import { checkBtf } from "./check-btf.ts";
import { checkId } from "./check-id.ts";
import type { BtfDescription, BtfReference } from "./description.ts";
import { encodeType } from "./encode-type.ts";
import type { TypeId } from "./types.ts";
import { writeBtf } from "./write.ts";

/** Options of {@link BtfBuilder}. */
export interface BtfBuilderOptions {
  /** The BTF that this one extends, for example that of the kernel for a module. New IDs follow those of the base. */
  base?: Btf | undefined;
  /** The byte order. Default: that of the base, else that of this machine. */
  littleEndian?: boolean | undefined;
}

const checkOptions = optionsOf<BtfBuilderOptions>({
  base: optional(checkBtf),
  littleEndian: optional(checkBoolean),
});

/**
 * Builds BTF. Types are added one by one without duplicates. A type refers to others by ID or by a nested description.
 *
 * ```ts
 * const builder = new BtfBuilder();
 * const u32 = builder.add({ kind: "int", name: "unsigned int", size: 4 });
 * builder.add({ kind: "struct", name: "event", size: 4, members: [{ name: "pid", type: u32, bitOffset: 0 }] });
 * const btf = builder.build();
 * ```
 */
export class BtfBuilder {
  /** The byte order of the result. */
  readonly littleEndian: boolean;
  /** The BTF that the result extends; undefined when it is complete. */
  readonly base: Btf | undefined;
  readonly #strings: StringBuilder;
  readonly #words: number[] = [];
  readonly #known = new Map<string, TypeId>();
  readonly #firstId: TypeId;
  #nextId: TypeId;
  /** The position of the words of each ID. Undefined for a reserved ID that is not yet defined. */
  readonly #types: (readonly number[] | undefined)[] = [];

  constructor(options: BtfBuilderOptions = {}) {
    const { base, littleEndian = base?.littleEndian ?? hostIsLittleEndian } = checkOptions(
      options,
      "BtfBuilder",
    );
    if (base !== undefined && base.littleEndian !== littleEndian) {
      throw new BtfError("split BTF differs from its base in byte order");
    }
    this.base = base;
    this.littleEndian = littleEndian;
    this.#strings = new StringBuilder(base?.stringsEnd ?? 0);
    this.#firstId = base?.typeCount ?? 1;
    this.#nextId = this.#firstId;
  }

  /**
   * Returns a builder that contains all types of a BTF with the same IDs. More types can be added. Strings keep their
   * offsets, so a `.BTF.ext` section that refers to them stays valid.
   */
  static from(btf: Btf): BtfBuilder {
    checkBtf(btf, "btf of BtfBuilder.from");
    const builder = new BtfBuilder({ base: btf.base, littleEndian: btf.littleEndian });
    const { words, starts, strings } = btf.raw;
    builder.#strings.begin(strings);
    for (const [i, start] of starts.entries())
      builder.#append(Array.from(words.subarray(start, starts[i + 1] ?? words.length)));
    return builder;
  }

  /**
   * Describes another type under the ID of one that exists. Types that refer to the ID then refer to the new type.
   *
   * @throws {@link BtfError} when no type of this builder has the ID.
   */
  replace(id: TypeId, type: BtfDescription): void {
    const index = checkId(id) - this.#firstId;
    if (!(index in this.#types)) throw new BtfError(`no BTF type has ID ${id}, so none can be replaced`);
    const words = this.#encode(type);
    for (const [key, known] of this.#known) if (known === id) this.#known.delete(key);
    this.#types[index] = words;
  }

  /** The ID of the next new type. */
  get nextId(): TypeId {
    return this.#nextId;
  }

  /**
   * Adds a type and its nested descriptions. An identical type is not added again.
   *
   * @returns The ID of the type.
   * @throws {@link BtfError} for a number that BTF cannot represent, or a reference to a type that does not exist.
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

  /**
   * Reserves the ID of a type that other types refer to before it is described, such as a struct with a pointer to
   * itself.
   */
  reserve(): TypeId {
    this.#types.push(undefined);
    return this.#nextId++;
  }

  /** Describes the type of a reserved ID. @throws {@link BtfError} when the ID is not reserved or already described. */
  define(id: TypeId, type: BtfDescription): TypeId {
    const index = checkId(id) - this.#firstId;
    if (index < 0 || index >= this.#types.length || this.#types[index] !== undefined) {
      throw new BtfError(`BTF type ${id} is not reserved, or already defined`);
    }
    const words = this.#encode(type);
    this.#types[index] = words;
    this.#known.set(words.join(), id);
    return id;
  }

  /** Returns the offset of a text in the string section, for .BTF.ext. */
  string(text: string): number {
    return this.#strings.add(checkString(text, "text of BtfBuilder.string"));
  }

  /** Returns the bytes of a `.BTF` section. @throws {@link BtfError} when a reserved type was not described. */
  encode(): Uint8Array<ArrayBuffer> {
    this.#words.length = 0;
    for (const [index, words] of this.#types.entries()) {
      if (words === undefined)
        throw new BtfError(`BTF type ${this.#firstId + index} was reserved and never defined`);
      for (const word of words) this.#words.push(word);
    }
    return writeBtf({ words: this.#words, strings: this.#strings.build(), littleEndian: this.littleEndian });
  }

  /** Returns the added types as a Btf object. */
  build(): Btf {
    return Btf.parse(this.encode(), { base: this.base });
  }

  #append(words: readonly number[]): TypeId {
    this.#types.push(words);
    return this.#nextId++;
  }

  #encode(type: BtfDescription): number[] {
    if (typeof type !== "object" || type === null)
      throw invalidArgument("BTF type", "a description of a type", type);
    return encodeType(type, {
      string: (text) => this.#strings.add(text),
      type: (reference) => this.#reference(reference),
      indexType: () => this.add({ kind: "int", name: "unsigned int", size: 4 }),
    });
  }

  #reference(reference: BtfReference): TypeId {
    if (typeof reference === "object" && reference !== null) return this.add(reference);
    if (Number.isInteger(reference) && reference >= 0 && reference <= 0xffff_ffff) return reference;
    throw new BtfError(`expected a BTF type or its ID, received ${describeValue(reference)}`);
  }
}
