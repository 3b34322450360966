import type { Btf } from "../btf.ts";
import type { FlatBtf } from "../flat.ts";
import { kindNumbers as kinds } from "../kinds.ts";
import { vlenOf } from "../raw.ts";
import type { TypeId } from "../types.ts";

const MAX_DEPTH = 256;
const MAX_DIMENSIONS = 16;
const MAX_BITS = 8 * 0xffff_ffff;
const UNPACKED = 1;
const PACKED = 2;

/** Computes the C layout of the types of a BTF. Each result is computed once. */
export class CLayout {
  readonly #btf: Btf;
  readonly #flat: FlatBtf;
  /** By ID, as the ID of the type behind typedefs and qualifiers, plus one. */
  readonly #resolved: Uint32Array;
  readonly #alignments: Uint8Array;
  readonly #packed: Uint8Array;

  constructor(btf: Btf, flat: FlatBtf) {
    this.#btf = btf;
    this.#flat = flat;
    const count = flat.starts.length;
    this.#resolved = new Uint32Array(count);
    this.#alignments = new Uint8Array(count);
    this.#packed = new Uint8Array(count);
  }

  /** The type without typedefs, qualifiers and tags. @throws {@link BtfError} when they form a cycle. */
  resolve(id: TypeId): TypeId {
    const known = this.#resolved[id] as number;
    if (known > 0) return known - 1;
    const { kinds, words, starts } = this.#flat;
    let at = id;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const kind = kinds[at];
      if (kind === undefined) break;
      if (isModifier[kind] !== 1) {
        this.#resolved[id] = at + 1;
        return at;
      }
      at = words[(starts[at] as number) + 2] as number;
    }
    return this.#btf.resolve(id).id;
  }

  /** The size of a type in bits. @throws {@link BtfError} when it has none. */
  bits(id: TypeId): number {
    const { kinds: all, words, starts } = this.#flat;
    let count = 8;
    let at = this.resolve(id);
    for (let depth = 0; all[at] === kinds.array && depth < MAX_DIMENSIONS; depth++) {
      const start = starts[at] as number;
      count *= words[start + 5] as number;
      at = this.resolve(words[start + 3] as number);
    }
    const kind = all[at] as number;
    const size =
      kind === kinds.ptr ? 8 : isSized[kind] === 1 ? (words[(starts[at] as number) + 2] as number) : -1;
    const bits = size * count;
    // `sizeof` throws if the type has no size or is too large.
    return bits < 0 || bits > MAX_BITS ? this.#btf.sizeof(id) * 8 : bits;
  }

  /** The alignment of a type in bytes, derived from its members. */
  alignment(id: TypeId): number {
    const at = this.resolve(id);
    const known = this.#alignments[at] as number;
    if (known !== 0) return known;
    // No type contains itself by value. This ends the recursion for malformed BTF.
    this.#alignments[at] = 1;
    const alignment = this.#findAlignment(at);
    this.#alignments[at] = alignment;
    return alignment;
  }

  #findAlignment(id: TypeId): number {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    switch (this.#flat.kinds[id]) {
      case kinds.int:
      case kinds.enum:
      case kinds.enum64:
      case kinds.float:
        return Math.min(words[start + 2] as number, 16) || 1;
      case kinds.ptr:
        return 8;
      case kinds.array:
        return this.alignment(words[start + 3] as number);
      case kinds.struct:
      case kinds.union:
        return this.isPacked(id) ? 1 : this.#mostOfMembers(start);
      default:
        return 1;
    }
  }

  #mostOfMembers(start: number): number {
    const { words } = this.#flat;
    const end = start + 3 + vlenOf(words[start + 1] as number) * 3;
    let most = 1;
    for (let at = start + 3; at < end; at += 3)
      most = Math.max(most, this.alignment(words[at + 1] as number));
    return most;
  }

  /** Whether the layout of a struct or union requires `packed`. */
  isPacked(id: TypeId): boolean {
    const known = this.#packed[id] as number;
    if (known !== 0) return known === PACKED;
    this.#packed[id] = UNPACKED;
    const packed = this.#findPacked(this.#flat.starts[id] as number);
    this.#packed[id] = packed ? PACKED : UNPACKED;
    return packed;
  }

  #findPacked(start: number): boolean {
    const { words } = this.#flat;
    const info = words[start + 1] as number;
    const end = start + 3 + vlenOf(info) * 3;
    let most = 1;
    for (let at = start + 3; at < end; at += 3) {
      const type = words[at + 1] as number;
      const offset = words[at + 2] as number;
      const alignment = this.alignment(type);
      const place = info >>> 31 === 1 ? offset & 0xff_ffff : offset;
      if (this.bitfield(info, type, offset) === 0 && place % (alignment * 8) !== 0) return true;
      most = Math.max(most, alignment);
    }
    return (words[start + 2] as number) % most !== 0;
  }

  /**
   * The width of a bitfield in bits, from the member or its integer type. 0 for other members.
   *
   * @param info - The second word of the struct.
   * @param offset - The third word of the member.
   */
  bitfield(info: number, type: TypeId, offset: number): number {
    if (info >>> 31 === 1 && offset >>> 24 !== 0) return offset >>> 24;
    const at = this.resolve(type);
    const { kinds: all, words, starts } = this.#flat;
    if (all[at] !== kinds.int) return 0;
    const start = starts[at] as number;
    const encoding = words[start + 3] as number;
    const bits = encoding & 0xff;
    const isOldBitfield = bits !== (words[start + 2] as number) * 8 || ((encoding >>> 16) & 0xff) !== 0;
    return isOldBitfield ? bits : 0;
  }
}

function tableOf(names: readonly (keyof typeof kinds)[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const name of names) table[kinds[name]] = 1;
  return table;
}

const isModifier = tableOf(["typedef", "const", "volatile", "restrict", "type-tag", "decl-tag"]);
const isSized = tableOf(["int", "float", "struct", "union", "enum", "enum64"]);

/** The bit offset at which C places a member without explicit padding. */
export function naturalOffset(at: number, bits: number, bitfield: number, alignment: number): number {
  if (bitfield === 0) return alignUp(at, alignment * 8);
  return (at % bits) + bitfield > bits ? alignUp(at, bits) : at;
}

export function alignUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

const fillers: readonly (readonly [bits: number, type: string])[] = [
  [64, "long"],
  [32, "int"],
  [16, "short"],
  [8, "char"],
];

/**
 * Returns the next unnamed bitfield between two bit offsets. BTF does not contain these bitfields. The first one ends
 * at a byte, the others are as large as possible.
 */
export function filler(from: number, to: number): readonly [bits: number, type: string] {
  const largest = fillers.find(([bits]) => from % bits === 0 && to - from >= bits);
  return largest ?? [Math.min(to - from, 8 - (from % 8)), "char"];
}
