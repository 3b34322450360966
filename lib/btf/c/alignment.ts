import type { Btf } from "../btf.ts";
import type { BtfComposite, BtfMember, TypeId } from "../types.ts";

/** The alignment of a type in bytes, derived from its members. */
export function alignmentOf(btf: Btf, id: TypeId): number {
  const type = btf.resolve(id);
  switch (type.kind) {
    case "int":
    case "enum":
    case "enum64":
      return Math.min(type.size, 16) || 1;
    case "float":
      return Math.min(type.size, 16);
    case "ptr":
      return 8;
    case "array":
      return alignmentOf(btf, type.type);
    case "struct":
    case "union": {
      if (isPacked(btf, type)) return 1;
      let most = 1;
      for (const { type: member } of type.members) most = Math.max(most, alignmentOf(btf, member));
      return most;
    }
    default:
      return 1;
  }
}

const memo = new WeakMap<Btf, Map<TypeId, boolean>>();

/** Whether the layout of a struct requires `packed`. */
export function isPacked(btf: Btf, struct: BtfComposite): boolean {
  let known = memo.get(btf);
  if (known === undefined) {
    known = new Map();
    memo.set(btf, known);
  }
  const answer = known.get(struct.id);
  if (answer !== undefined) return answer;
  // A struct cannot contain itself. This entry ends the recursion for malformed BTF.
  known.set(struct.id, false);
  const packed = findPacked(btf, struct);
  known.set(struct.id, packed);
  return packed;
}

function findPacked(btf: Btf, { size, members }: BtfComposite): boolean {
  let most = 1;
  for (const { type, bitOffset, bitfieldSize } of members) {
    const alignment = alignmentOf(btf, type);
    if (bitfieldSize === 0 && !isOldBitfield(btf, type) && bitOffset % (alignment * 8) !== 0) return true;
    most = Math.max(most, alignment);
  }
  return size % most !== 0;
}

function isOldBitfield(btf: Btf, id: TypeId): boolean {
  const type = btf.resolve(id);
  return type.kind === "int" && (type.bits !== type.size * 8 || type.bitOffset !== 0);
}

/** The width of a bitfield in bits, from the member or its integer type. 0 for other members. */
export function bitfieldOf(btf: Btf, { type, bitfieldSize }: BtfMember): number {
  if (bitfieldSize !== 0) return bitfieldSize;
  const resolved = btf.resolve(type);
  return resolved.kind === "int" && isOldBitfield(btf, type) ? resolved.bits : 0;
}

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

/** Unnamed bitfields that fill the bits from one offset to another. BTF does not contain them. */
export function padding(from: number, to: number): string[] {
  const lines: string[] = [];
  for (let at = from; at < to; ) {
    // First to the next byte boundary, then in the largest possible steps.
    const filler = fillers.find(([bits]) => at % bits === 0 && to - at >= bits);
    const bits = filler?.[0] ?? Math.min(to - at, 8 - (at % 8) || 8);
    lines.push(`${filler?.[1] ?? "char"}: ${bits};`);
    at += bits;
  }
  return lines;
}
