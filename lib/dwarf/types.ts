import {
  type Btf,
  BtfBuilder,
  type BtfKind,
  type BtfMember,
  type BtfModifier,
  type BtfType,
  type TypeId,
} from "../btf/index.ts";
import { attributes, encodings, tags } from "./constants.ts";
import type { Die } from "./die.ts";
import type { DwarfSections } from "./sections.ts";

// No program nests structs, arrays and typedefs this deep. Only a cycle does.
const MAX_DEPTH = 64;

/**
 * Converts types that only DWARF contains, such as those of local variables, to BTF. A type that the object's BTF also
 * contains keeps its ID there.
 */
export class DwarfTypes {
  readonly #btf: Btf;
  readonly #builder: BtfBuilder;
  /** The IDs of the entries of each object, by their offsets. */
  readonly #known = new Map<DwarfSections, Map<number, TypeId>>();
  #depth = 0;

  constructor(btf: Btf) {
    this.#btf = btf;
    this.#builder = new BtfBuilder({ base: btf });
  }

  /** The object's BTF with the missing types added. */
  get extended(): Btf {
    return this.#builder.nextId === this.#btf.typeCount ? this.#btf : this.#builder.build();
  }

  /** The BTF ID of a type. 0 for void and for types without values. */
  idOf(die: Die | undefined): TypeId {
    if (die === undefined || this.#depth >= MAX_DEPTH) return 0;
    const { sections } = die.unit;
    const ofObject = this.#known.get(sections) ?? new Map<number, TypeId>();
    this.#known.set(sections, ofObject);
    const known = ofObject.get(die.offset);
    if (known !== undefined) return known;
    this.#depth++;
    try {
      const id = this.#make(die);
      ofObject.set(die.offset, id);
      return id;
    } finally {
      this.#depth--;
    }
  }

  #make(die: Die): TypeId {
    const { tag, name } = die;
    switch (tag) {
      case tags.baseType:
        return this.#base(die);
      case tags.pointerType:
        return this.#builder.add({ kind: "ptr", name: "", type: this.#target(die.type) });
      case tags.typedef:
        return this.#typedef(die);
      case tags.constType:
        return this.#builder.add({ kind: "const", name: "", type: this.idOf(die.type) });
      case tags.volatileType:
        return this.#builder.add({ kind: "volatile", name: "", type: this.idOf(die.type) });
      case tags.restrictType:
      case tags.atomicType:
        return this.idOf(die.type);
      case tags.arrayType:
        return this.#array(die);
      case tags.structureType:
        return this.#composite(die, "struct");
      case tags.unionType:
        return this.#composite(die, "union");
      case tags.enumerationType:
        return this.#enum(die, name);
      default:
        return 0;
    }
  }

  /** The first type of the object's BTF with the name that passes the test. */
  #find<K extends BtfKind>(
    name: string,
    kind: K,
    test: (type: BtfType & { kind: K }) => boolean,
  ): TypeId | undefined {
    if (name === "") return undefined;
    const found = this.#btf
      .findAll(name)
      .find((type) => type.kind === kind && test(type as BtfType & { kind: K }));
    return found?.id;
  }

  #base(die: Die): TypeId {
    const { name } = die;
    const size = die.number(attributes.byteSize) ?? 0;
    const encoding = die.number(attributes.encoding);
    if (encoding === encodings.float) {
      const known = this.#find(name, "float", (type) => type.size === size);
      return known ?? this.#builder.add({ kind: "float", name, size });
    }
    const signed = encoding === encodings.signed || encoding === encodings.signedChar;
    const known = this.#find(name, "int", (type) => type.size === size);
    if (known !== undefined) return known;
    const bool = encoding === encodings.boolean;
    return this.#builder.add({ kind: "int", name, size, signed, bool });
  }

  /** The target of a pointer. Pointers are not followed, so a forward declaration with the name is sufficient. */
  #target(die: Die | undefined): TypeId {
    switch (die?.tag) {
      case tags.structureType:
      case tags.unionType: {
        const of = die.tag === tags.unionType ? "union" : "struct";
        if (die.name === "") return 0;
        return this.#find(die.name, of, () => true) ?? this.#builder.add({ kind: "fwd", name: die.name, of });
      }
      case tags.baseType:
        return this.idOf(die);
      default:
        return 0;
    }
  }

  #typedef(die: Die): TypeId {
    const { name, type: target } = die;
    if (target !== undefined && isComposite(target) && target.name === "") {
      // An anonymous struct has only the name of its typedef.
      const known = this.#find(name, "typedef", (type) => this.#isAlike(target, (type as BtfModifier).type));
      if (known !== undefined) return known;
    }
    const type = this.idOf(target);
    const known = this.#find(name, "typedef", (one) => (one as BtfModifier).type === type);
    return known ?? this.#builder.add({ kind: "typedef", name, type });
  }

  #array(die: Die): TypeId {
    const lengths: number[] = [];
    for (const child of die.children()) {
      if (child.tag !== tags.subrangeType) continue;
      const bound = child.number(attributes.upperBound);
      // An array without a bound is the last member of a struct. The stored data determine its length.
      lengths.push(child.number(attributes.count) ?? (bound === undefined ? 0 : bound + 1));
    }
    const indexType =
      this.#btf.find("__ARRAY_SIZE_TYPE__", "int")?.id ??
      this.#find("unsigned int", "int", () => true) ??
      this.#builder.add({ kind: "int", name: "unsigned int", size: 4 });
    let type = this.idOf(die.type);
    for (const length of lengths.reverse()) {
      type = this.#builder.add({
        kind: "array",
        name: "",
        type,
        indexType,
        length: length > 0xffff_ffff ? 0 : length,
      });
    }
    return type;
  }

  #composite(die: Die, kind: "struct" | "union"): TypeId {
    const { name } = die;
    const size = die.number(attributes.byteSize);
    if (size === undefined || die.has(attributes.declaration))
      return this.#find(name, kind, () => true) ?? this.#builder.add({ kind: "fwd", name, of: kind });
    const children = [...die.children()].filter(({ tag }) => tag === tags.member);
    const known = this.#find(name, kind, ({ id }) => this.#isAlike(die, id));
    if (known !== undefined) return known;
    const members: BtfMember[] = children.map((child) => ({
      name: child.name,
      type: this.idOf(child.type),
      bitOffset: bitOffsetOf(child),
      bitfieldSize: child.number(attributes.bitSize) ?? 0,
    }));
    return this.#builder.add({ kind, name, size, members });
  }

  /** Whether a struct or union of the object's BTF has the same size and the same members. */
  #isAlike(die: Die, id: TypeId): boolean {
    const type = this.#btf.resolve(id);
    if (type?.kind !== "struct" && type?.kind !== "union") return false;
    if (type.size !== die.number(attributes.byteSize)) return false;
    const children = [...die.children()].filter(({ tag }) => tag === tags.member);
    return (
      type.members.length === children.length &&
      type.members.every((member, i) => {
        const child = children[i] as Die;
        return member.name === child.name && member.bitOffset === bitOffsetOf(child);
      })
    );
  }

  #enum(die: Die, name: string): TypeId {
    const size = die.number(attributes.byteSize) ?? 0;
    const kind = size > 4 ? "enum64" : "enum";
    const known = this.#find(name, kind, (type) => type.size === size);
    if (known !== undefined) return known;
    const values: { name: string; value: bigint }[] = [];
    for (const child of die.children()) {
      if (child.tag !== tags.enumerator) continue;
      values.push({ name: child.name, value: child.constant(attributes.constValue) ?? 0n });
    }
    const signed = values.some(({ value }) => value < 0n);
    if (kind === "enum64") return this.#builder.add({ kind, name, size, signed, values });
    const narrow = values.map((one) => ({ name: one.name, value: Number(one.value) }));
    return this.#builder.add({ kind, name, size, signed, values: narrow });
  }
}

function isComposite({ tag }: Die): boolean {
  return tag === tags.structureType || tag === tags.unionType;
}

/** Bits from the start of the struct. */
function bitOffsetOf(member: Die): number {
  const direct = member.number(attributes.dataBitOffset);
  if (direct !== undefined) return direct;
  const start = (member.number(attributes.dataMemberLocation) ?? 0) * 8;
  // DWARF 3 counts the offset of a bitfield from the highest bit of its storage unit.
  const fromHighest = member.number(attributes.bitOffset);
  const bits = member.number(attributes.bitSize);
  if (fromHighest === undefined || bits === undefined) return start;
  if (!member.unit.sections.littleEndian) return start + fromHighest;
  const storage = member.number(attributes.byteSize) ?? member.type?.number(attributes.byteSize) ?? 0;
  return start + storage * 8 - fromHighest - bits;
}
