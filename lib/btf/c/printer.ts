import { BtfError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import type { FlatBtf } from "../flat.ts";
import { kindNumbers as kinds } from "../kinds.ts";
import { vlenOf } from "../raw.ts";
import type { TypeId } from "../types.ts";
import { type DeclarationWriter, writeDeclaration } from "./declaration.ts";
import { alignUp, CLayout, filler, naturalOffset } from "./layout.ts";
import { Names, type Space } from "./names.ts";
import { CText } from "./text.ts";

// The types of a kernel nest a tenth as deep. Deeper nesting would overflow the stack.
const MAX_NESTING = 400;
/** The largest hole, in bits, that unnamed bitfields fill. */
const MOST_UNNAMED = 8 * 65_536;

// The state of a type: declared, or defined with a known size.
const DECLARED = 1;
const WHOLE = 2;

/**
 * Writes types as C, each after its dependencies. It reads the words of BTF and writes bytes: decoding all types of a
 * kernel and joining strings would take four times as long.
 */
export class CPrinter implements DeclarationWriter {
  readonly btf: Btf;
  readonly flat: FlatBtf;
  readonly out: CText;
  readonly chain: TypeId[] = [];
  readonly qualifiersOf: string[] = [];
  chainLength = 0;
  readonly #layout: CLayout;
  readonly #names: Names;
  /** By ID: 1 for the types that are written or in progress. */
  readonly #begun: Uint8Array;
  /** By ID: which needs are satisfied. */
  readonly #satisfied: Uint8Array;
  /** By ID: the position of the type among those with the same name, from 1. */
  readonly #occurrences: Uint32Array;
  /** The first struct and the first union of each name that were declared or defined, by number of the name. */
  readonly #declared = { struct: new Set<number>(), union: new Set<number>() };
  #nesting = 0;
  /** The tabs at the start of a line. */
  #indent = 0;

  constructor(btf: Btf) {
    this.btf = btf;
    this.flat = btf.flat();
    this.out = new CText(this.flat.strings);
    this.#layout = new CLayout(btf, this.flat);
    this.#names = new Names(this.flat.strings);
    const count = this.flat.starts.length;
    this.#begun = new Uint8Array(count);
    this.#satisfied = new Uint8Array(count);
    this.#occurrences = new Uint32Array(count);
  }

  get text(): string {
    return this.out.toString();
  }

  /** Writes a type after its dependencies. Does nothing for a type that C declares in place. */
  define(id: TypeId): void {
    switch (this.flat.kinds[id]) {
      case kinds.struct:
      case kinds.union:
        if (this.isNamed(id) && this.#begin(id)) this.#composite(id);
        break;
      case kinds.enum:
      case kinds.enum64:
        if (this.#begin(id)) {
          this.#enumBody(id);
          this.out.add(";\n\n");
        }
        break;
      case kinds.typedef:
        if (this.#begin(id)) {
          const type = this.#word(id, 2);
          this.#need(type, DECLARED);
          this.out.add("typedef ");
          writeDeclaration(this, type, 0, id);
          this.out.add(";\n\n");
        }
        break;
      case kinds.fwd:
        this.#forward(id, 1);
        break;
    }
  }

  isNamed(id: TypeId): boolean {
    return this.flat.strings[this.#word(id, 0)] !== 0;
  }

  nameOf(id: TypeId): void {
    this.out.name(this.nameOffset(id));
    const space = spaces[this.flat.kinds[id] as number];
    if (space !== undefined) this.#suffix(this.#occurrence(id, space));
  }

  tagged(id: TypeId): void {
    const kind = this.flat.kinds[id];
    const isEnum = kind === kinds.enum || kind === kinds.enum64;
    if (this.isNamed(id)) this.#head(isEnum ? "enum" : this.tag(id), id);
    else if (isEnum) this.#enumBody(id);
    else this.#compositeBody(id);
  }

  #word(id: TypeId, index: number): number {
    return this.flat.words[(this.flat.starts[id] as number) + index] as number;
  }

  nameOffset(id: TypeId): number {
    return this.#checkOffset(this.#word(id, 0));
  }

  #checkOffset(offset: number): number {
    // Throws for an offset outside the strings.
    if (offset >= this.flat.strings.length) this.btf.string(offset);
    return offset;
  }

  #occurrence(id: TypeId, space: Space): number {
    const known = this.#occurrences[id] as number;
    if (known !== 0) return known;
    const occurrence = this.#names.count(space, this.nameOffset(id));
    this.#occurrences[id] = occurrence;
    return occurrence;
  }

  #suffix(occurrence: number): void {
    if (occurrence > 1) this.out.add(`___${occurrence}`);
  }

  #begin(id: TypeId): boolean {
    if (this.#begun[id] === 1) return false;
    this.#begun[id] = 1;
    return true;
  }

  #forward(id: TypeId, occurrence: number): void {
    const tag = this.tag(id);
    if (occurrence === 1) {
      const declared = this.#declared[tag];
      const number = this.#names.numberOf(this.nameOffset(id));
      if (declared.has(number)) return;
      declared.add(number);
    } else if (((this.#satisfied[id] as number) & DECLARED) !== 0) return;
    this.out.add(`${tag} `);
    this.nameOf(id);
    this.out.add(";\n\n");
  }

  tag(id: TypeId): "struct" | "union" {
    const kind = this.flat.kinds[id];
    const isUnion = kind === kinds.union || (kind === kinds.fwd && this.#word(id, 1) >>> 31 === 1);
    return isUnion ? "union" : "struct";
  }

  /** Writes what is necessary to use a type from here on. `WHOLE`: its size must be known. */
  #need(id: TypeId, what: typeof DECLARED | typeof WHOLE): void {
    const satisfied = this.#satisfied[id];
    if (satisfied === undefined) this.btf.type(id);
    if (((satisfied as number) & what) !== 0) return;
    this.#enter(id);
    this.#satisfy(id, what);
    this.#nesting--;
    this.#satisfied[id] = (this.#satisfied[id] as number) | what;
  }

  #enter(id: TypeId): void {
    if (++this.#nesting > MAX_NESTING) throw new BtfError(`BTF type ${id} is nested too deeply`);
  }

  #satisfy(id: TypeId, what: typeof DECLARED | typeof WHOLE): void {
    switch (this.flat.kinds[id]) {
      case kinds.ptr:
        this.#need(this.#word(id, 2), DECLARED);
        break;
      case kinds.const:
      case kinds.volatile:
      case kinds.restrict:
      case kinds["type-tag"]:
        this.#need(this.#word(id, 2), what);
        break;
      case kinds.array:
        this.#need(this.#word(id, 3), WHOLE);
        break;
      case kinds.typedef:
        this.define(id);
        if (what === WHOLE) this.#need(this.#word(id, 2), WHOLE);
        break;
      case kinds.struct:
      case kinds.union:
        if (!this.isNamed(id)) this.#needMembers(id);
        else if (what === WHOLE) this.define(id);
        else this.#forward(id, this.#occurrence(id, "tag"));
        break;
      case kinds.enum:
      case kinds.enum64:
        if (this.isNamed(id)) this.define(id);
        else this.#begun[id] = 1;
        break;
      case kinds.fwd:
        this.define(id);
        break;
      case kinds["func-proto"]: {
        this.#need(this.#word(id, 2), DECLARED);
        const count = vlenOf(this.#word(id, 1));
        for (let i = 0; i < count; i++) this.#need(this.#word(id, 4 + i * 2), DECLARED);
        break;
      }
    }
  }

  #needMembers(id: TypeId): void {
    const count = vlenOf(this.#word(id, 1));
    for (let i = 0; i < count; i++) this.#need(this.#word(id, 4 + i * 3), WHOLE);
  }

  #composite(id: TypeId): void {
    this.#needMembers(id);
    if (this.#occurrence(id, "tag") === 1)
      this.#declared[this.tag(id)].add(this.#names.numberOf(this.nameOffset(id)));
    this.#satisfied[id] = (this.#satisfied[id] as number) | DECLARED;
    this.#compositeBody(id);
    this.out.add(";\n\n");
  }

  /**
   * Writes an unnamed member with its own members, even if its type has a name: `struct name;` is only a member with
   * -fms-extensions, which the kernel uses since Linux 6.19. Returns false for a type without members.
   */
  #unnamed(type: TypeId): boolean {
    const id = this.#layout.resolve(type);
    const kind = this.flat.kinds[id];
    if (kind !== kinds.struct && kind !== kinds.union) return false;
    if (this.flat.kinds[type] === kinds.const) this.out.add("const ");
    this.#compositeBody(id, true);
    return true;
  }

  #compositeBody(id: TypeId, withoutName = false): void {
    this.#enter(id);
    const { words, starts } = this.flat;
    const layout = this.#layout;
    const start = starts[id] as number;
    const info = words[start + 1] as number;
    const bitSize = (words[start + 2] as number) * 8;
    const end = start + 3 + vlenOf(info) * 3;
    const isStruct = this.flat.kinds[id] === kinds.struct;
    const packed = layout.isPacked(id);
    this.#open(this.tag(id), withoutName ? 0 : id);
    let at = 0;
    let most = 1;
    for (let member = start + 3; member < end; member += 3) {
      const type = words[member + 1] as number;
      const offset = words[member + 2] as number;
      const bitfield = layout.bitfield(info, type, offset);
      const bits = layout.bits(type);
      const alignment = packed ? 1 : layout.alignment(type);
      if (alignment > most) most = alignment;
      if (isStruct) {
        const place = info >>> 31 === 1 ? offset & 0xff_ffff : offset;
        if (naturalOffset(at, bits, bitfield, alignment) !== place && place > at) this.#pad(at, place);
        at = place + (bitfield === 0 ? bits : bitfield);
      }
      this.out.tabs(this.#indent);
      const name = this.#checkOffset(words[member] as number);
      if (this.flat.strings[name] !== 0 || !this.#unnamed(type)) writeDeclaration(this, type, name, 0);
      this.out.add(bitfield === 0 ? ";\n" : `: ${bitfield};\n`);
    }
    if (isStruct ? alignUp(at, most * 8) < bitSize : end === start + 3 && bitSize > 0) this.#pad(at, bitSize);
    this.#close(packed ? " __attribute__((packed))" : "");
    this.#nesting--;
  }

  #open(keyword: string, id: TypeId): void {
    this.#head(keyword, id);
    this.out.add(" {\n");
    this.#indent++;
  }

  /** `id` is 0 to write no name. */
  #head(keyword: string, id: TypeId): void {
    this.out.add(keyword);
    if (id === 0 || !this.isNamed(id)) return;
    this.out.add(" ");
    this.nameOf(id);
  }

  #close(attributes: string): void {
    this.#indent--;
    this.out.tabs(this.#indent);
    this.out.add(`}${attributes}`);
  }

  #pad(from: number, to: number): void {
    if (to - from > MOST_UNNAMED) {
      // A struct may be aligned to 2 MiB. One named array replaces thousands of bitfields.
      const [first, last] = [Math.ceil(from / 8), Math.floor(to / 8)];
      this.#pad(from, first * 8);
      this.out.tabs(this.#indent);
      this.out.add(`char __hole_${first}[${last - first}];\n`);
      this.#pad(last * 8, to);
      return;
    }
    for (let at = from; at < to; ) {
      const [bits, type] = filler(at, to);
      this.out.tabs(this.#indent);
      this.out.add(`${type}: ${bits};\n`);
      at += bits;
    }
  }

  #enumBody(id: TypeId): void {
    const { words, starts } = this.flat;
    const start = starts[id] as number;
    const info = words[start + 1] as number;
    const signed = info >>> 31 === 1;
    const isWide = this.flat.kinds[id] === kinds.enum64;
    const step = isWide ? 3 : 2;
    const end = start + 3 + vlenOf(info) * step;
    if (end === start + 3) {
      this.#head("enum", id);
      return;
    }
    this.#open("enum", id);
    for (let at = start + 3; at < end; at += step) {
      const name = this.#checkOffset(words[at] as number);
      const low = words[at + 1] as number;
      this.out.tabs(this.#indent);
      this.out.name(name);
      this.#suffix(this.#names.count("name", name));
      this.out.add(
        isWide ? ` = ${wide(low, words[at + 2] as number, signed)},\n` : ` = ${signed ? low | 0 : low},\n`,
      );
    }
    this.#close(modes[words[start + 2] as number] ?? "");
  }
}

// A forward declaration has the name of the type that it declares.
const spaces: Readonly<Record<number, Space>> = {
  [kinds.struct]: "tag",
  [kinds.union]: "tag",
  [kinds.enum]: "tag",
  [kinds.enum64]: "tag",
  [kinds.typedef]: "name",
};

function wide(low: number, high: number, signed: boolean): string {
  const unsigned = (BigInt(high) << 32n) | BigInt(low);
  if (!signed) return `${unsigned}ULL`;
  const value = BigInt.asIntN(64, unsigned);
  // C has no literal for the smallest 64-bit integer.
  return value === -(2n ** 63n) ? `(-${-(value + 1n)}LL - 1)` : `${value}LL`;
}

// An enum has the size of an int unless an attribute changes it. The values of a 64-bit enum determine its size.
const modes: Readonly<Record<number, string>> = {
  1: " __attribute__((mode(byte)))",
  2: " __attribute__((mode(HI)))",
};
