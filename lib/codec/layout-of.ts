import type { Btf, BtfComposite, BtfMember, BtfType, TypeId } from "../btf/index.ts";
import { BtfError, InvalidArgumentError } from "../errors/index.ts";
import { isKept } from "./kept-by-kernel.ts";
import {
  arrayName,
  type ByteOrder,
  fieldsOf,
  type IntSize,
  type Layout,
  type Member,
  type RecordLayout,
} from "./layout.ts";
import { limitProblem } from "./layout-limits.ts";
import type { FieldMeanings } from "./meaning.ts";
import { Meanings } from "./meanings.ts";
import { statedOrder } from "./stated-order.ts";
import { withMeaning } from "./with-meaning.ts";

/** Options of {@link codecOf}. */
export interface LayoutOptions {
  /** The JavaScript form of `char[N]`: text (`string`, the default) or a Uint8Array (`bytes`). */
  chars?: "string" | "bytes" | undefined;
  /** The meanings of fields, in addition to those that the types state. Default: none. */
  fields?: FieldMeanings | undefined;
}

// Limits against damaged files. No compiler reaches them.
const MAX_DEPTH = 100;
const MAX_FIELDS = 16_384;
const MAX_EMPTY_ELEMENTS = 1 << 16;

/** The layouts of the types of one BTF. Each is created on first use. */
export class Layouts {
  readonly #btf: Btf;
  readonly #chars: "string" | "bytes";
  readonly #meanings: Meanings;
  readonly #made = new Map<string, Layout>();
  readonly #making = new Set<TypeId>();
  readonly #counted = new Map<Layout, number>();
  #depth = 0;
  #fields = 0;

  constructor(btf: Btf, options: LayoutOptions = {}) {
    this.#btf = btf;
    this.#chars = options.chars ?? "string";
    this.#meanings = new Meanings(btf, options.fields);
  }

  /**
   * @param isLast - Whether the type ends its record, so that an array of length 0 is a flexible one.
   * @throws {@link BtfError} for types without values (void, a function, a forward declaration) and malformed types.
   */
  of(id: TypeId, isLast = true): Layout {
    const layout = this.#get(id, true);
    return isLast || !hasTail(layout) ? layout : this.#get(id, false);
  }

  #get(id: TypeId, isLast: boolean): Layout {
    const { type, name } = this.#named(id);
    const order = statedOrder(this.#btf, id);
    const meaning = this.#meanings.ofType(id, type.id);
    const key = `${type.id} ${isLast} ${order} ${meaning} ${name}`;
    let layout = this.#made.get(key);
    if (layout === undefined) {
      layout = this.#nested(id, () => this.#make(type, name, isLast, order));
      const problem = limitProblem(layout);
      if (problem !== undefined) throw new BtfError(problem);
      if (meaning !== undefined) layout = withMeaning(layout, meaning, `typedef "${name}"`);
      this.#made.set(key, layout);
    }
    return layout;
  }

  #nested<T>(id: TypeId, make: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new BtfError(`BTF type ${id} is nested more than ${MAX_DEPTH} deep`);
    this.#depth++;
    try {
      return make();
    } finally {
      this.#depth--;
    }
  }

  /** The type behind typedefs and qualifiers, and its name in C code. */
  #named(id: TypeId): { type: BtfType; name: string } {
    const type = this.#btf.resolve(id);
    const isNamedAlready = isTagged(type) && type.name !== "";
    let name: string | undefined;
    let at = this.#btf.type(id);
    // resolve() has excluded cycles, so this loop ends.
    while (at.id !== type.id && "type" in at && !isNamedAlready) {
      // The name of an unnamed struct is its innermost typedef. Other types have the name in the code: pid_t, not int.
      if (at.kind === "typedef" && (name === undefined || isTagged(type))) name = at.name;
      at = this.#btf.type(at.type);
    }
    return { type, name: name ?? this.#nameOf(type) };
  }

  #nameOf(type: BtfType): string {
    switch (type.kind) {
      case "struct":
      case "union":
        return type.name === "" ? type.kind : `${type.kind} ${type.name}`;
      case "enum":
      case "enum64":
        return type.name === "" ? "enum" : `enum ${type.name}`;
      case "ptr":
        return this.#pointerName(type.type);
      default:
        return type.name;
    }
  }

  #pointerName(target: TypeId): string {
    let at = this.#btf.type(target);
    let stars = "*";
    // Pointers can lead to pointers without end in damaged BTF.
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (at.kind === "ptr") stars += "*";
      else if (at.kind === "typedef" || at.kind === "array" || !("type" in at)) break;
      at = this.#btf.type(at.type);
    }
    if (at.kind === "fwd") return `${at.of} ${at.name} ${stars}`;
    if (at.kind === "func-proto" || at.kind === "array" || at.kind === "ptr") return `void ${stars}`;
    return `${this.#nameOf(at)} ${stars}`;
  }

  #make(type: BtfType, name: string, isLast: boolean, order: ByteOrder | undefined): Layout {
    switch (type.kind) {
      case "int":
        if (type.bool && isScalarSize(type.size)) return { kind: "bool", size: type.size, name };
        if (!isIntSize(type.size)) return { kind: "bytes", size: type.size, name, tail: false };
        return { kind: "int", size: type.size, signed: type.signed, order, name };
      case "ptr":
        return { kind: "int", size: 8, signed: false, name };
      case "float":
        if (type.size !== 4 && type.size !== 8) return { kind: "bytes", size: type.size, name, tail: false };
        return { kind: "float", size: type.size, name };
      case "enum":
      case "enum64": {
        const { size, signed, values, id } = type;
        if (!isScalarSize(size)) throw new BtfError(`${name} (BTF type ${id}) is declared but not defined`);
        return { kind: "enum", size, signed, values, name, id };
      }
      case "array":
        return this.#array(type.type, type.length, isLast);
      case "struct":
      case "union":
        return this.#record(type, name, isLast);
      case "var":
        return this.of(type.type, isLast);
      case "datasec":
        // The loader computes the offsets of the variables, so the section is plain bytes.
        return { kind: "bytes", size: type.size, name, tail: false };
      default:
        throw new BtfError(`BTF type ${type.id} has no values: it is ${article(type.kind)}`);
    }
  }

  #array(elementId: TypeId, length: number, isLast: boolean): Layout {
    const tail = isLast && length === 0;
    const resolved = this.#btf.resolve(elementId);
    const { name } = this.#named(elementId);
    if (resolved.kind === "int" && resolved.size === 1 && !resolved.bool) {
      const arrayed = arrayName(name, tail ? "" : length);
      // clang marks char as SIGNED and no compiler marks it as CHAR, so the name decides.
      const isChar = resolved.name === "char";
      if (isChar && this.#chars === "string") return { kind: "chars", size: length, name: arrayed, tail };
      if (isChar || !resolved.signed) return { kind: "bytes", size: length, name: arrayed, tail };
    }
    const element = this.of(elementId, false);
    if (element.size === 0 && length > MAX_EMPTY_ELEMENTS) {
      throw new BtfError(`an array has ${length} elements without a size`);
    }
    const arrayed = arrayName(element.name, tail ? "" : length);
    return { kind: "array", element, length, size: length * element.size, name: arrayed, tail };
  }

  #record(type: BtfComposite, name: string, isLast: boolean): RecordLayout {
    if (this.#making.has(type.id)) throw new BtfError(`${name} (BTF type ${type.id}) contains itself`);
    this.#making.add(type.id);
    const fieldsOutside = this.#fields;
    this.#fields = 0;
    try {
      const { size, id, kind: of } = type;
      const tag = type.name !== "" ? type.name : name === of ? "" : name;
      const path = tag === "" ? this.#meanings.pathOf(type.id) : tag;
      const members = makeUnique(this.#flatten(type, 0, isLast, { id, path }));
      this.#checkFields(members, name);
      const tail = [...fieldsOf(members)].some((field) => hasTail(field.layout));
      return { kind: "record", of, size, name, tag, members, tail, id };
    } finally {
      this.#making.delete(type.id);
      this.#fields = fieldsOutside;
    }
  }

  /** Nested types of a few members each can multiply to any number of fields. */
  #checkFields(members: readonly Member[], name: string): void {
    let fields = 0;
    for (const { layout } of fieldsOf(members)) fields += this.#fieldsIn(layout);
    if (fields > MAX_FIELDS)
      throw new BtfError(`${name} has more than ${MAX_FIELDS} fields, including those of nested types`);
  }

  #fieldsIn(layout: Layout): number {
    if (layout.kind === "array") return this.#fieldsIn(layout.element);
    if (layout.kind !== "record") return 1;
    let fields = this.#counted.get(layout);
    if (fields === undefined) {
      fields = 0;
      for (const field of fieldsOf(layout.members)) fields += this.#fieldsIn(field.layout);
      this.#counted.set(layout, fields);
    }
    return fields;
  }

  /** The members of a composite, including those of anonymous composites in it. Offsets are relative to `root`. */
  #flatten(type: BtfComposite, offset: number, isLast: boolean, root: Root): Member[] {
    const members = this.#nested(root.id, () =>
      type.members.map((member, index) => {
        // In a union, every member may be flexible.
        const isTail = isLast && (type.kind === "union" || index === type.members.length - 1);
        return this.#member(type, member, index, offset, isTail, root);
      }),
    );
    if (type.kind === "struct") return members.flat();
    const alternatives = members.filter((alternative) => alternative.length > 0);
    return alternatives.length === 0 ? [] : [{ kind: "overlay", offset, size: type.size, alternatives }];
  }

  #member(
    parent: BtfComposite,
    member: BtfMember,
    index: number,
    base: number,
    isLast: boolean,
    root: Root,
  ): Member[] {
    if (++this.#fields > MAX_FIELDS)
      throw new BtfError(`BTF type ${root.id} has more than ${MAX_FIELDS} fields`);
    const resolved = this.#btf.resolve(member.type);
    const offset = base + Math.floor(member.bitOffset / 8);
    if (member.name === "") {
      // Unnamed bitfields are padding.
      if (resolved.kind !== "struct" && resolved.kind !== "union") return [];
      if (member.bitOffset % 8 !== 0 || member.bitOffset / 8 + resolved.size > parent.size)
        throw misplaced(parent, member);
      return this.#flatten(resolved, offset, isLast, root);
    }
    const path = `${root.path}.${member.name}`;
    this.#meanings.notePath(member.type, path);
    const typed = this.of(member.type, isLast);
    const meaning = this.#meanings.ofMember(parent.id, index, path);
    const layout = meaning === undefined ? typed : withMeaning(typed, meaning, `field "${path}"`);
    // Such members are markers, or structs that are empty in this configuration of the kernel.
    if (layout.size === 0 && !hasTail(layout)) return [];
    const kept = isKept(this.#btf, member.type);
    const field = {
      kind: "field",
      name: member.name,
      layout,
      kept,
      declared: { id: parent.id, index },
    } as const;

    // Old compilers store the place of a bitfield in its INT, newer ones in the member.
    const old = resolved.kind === "int" && (resolved.bitOffset !== 0 || resolved.bits < resolved.size * 8);
    const width = member.bitfieldSize !== 0 ? member.bitfieldSize : old ? resolved.bits : 0;
    const first = member.bitOffset + (member.bitfieldSize === 0 && old ? resolved.bitOffset : 0);
    const isWhole = width === layout.size * 8 && first % 8 === 0;
    if (width === 0 || isWhole) {
      if (member.bitOffset % 8 !== 0) throw misplaced(parent, member);
      // Kernels declare types at the end whose size the compiler rounds down to 0. They do not exceed the parent.
      if (member.bitOffset / 8 + layout.size > parent.size) throw misplaced(parent, member);
      return [{ ...field, offset }];
    }
    if (meaning !== undefined)
      throw new InvalidArgumentError(`field "${path}" is a bitfield, which cannot be "${meaning}"`);
    if (layout.kind !== "int" && layout.kind !== "enum" && layout.kind !== "bool")
      throw misplaced(parent, member);
    if (width > layout.size * 8 || first + width > parent.size * 8) throw misplaced(parent, member);
    // The bits of a bitfield have the byte order of the object, even if its type states another order.
    const part = layout.kind === "int" ? { ...layout, order: undefined } : layout;
    return [
      { ...field, layout: part, offset: base + Math.floor(first / 8), bits: { shift: first % 8, width } },
    ];
  }
}

/** The struct that members belong to, including the members of anonymous structs in it. */
interface Root {
  readonly id: TypeId;
  /** The path under which the meanings of its members are found: `event`, or `event.at` for an unnamed struct. */
  readonly path: string;
}

/** In C, the names of members in one scope are unique. In damaged BTF and other languages they may not be. */
function makeUnique(members: Member[]): Member[] {
  const uses = new Map<string, number>();
  const rename = (member: Member): Member => {
    if (member.kind === "overlay") {
      return { ...member, alternatives: member.alternatives.map((alternative) => alternative.map(rename)) };
    }
    let name = member.name;
    while (uses.has(name)) {
      const count = (uses.get(member.name) ?? 1) + 1;
      uses.set(member.name, count);
      name = `${member.name}_${count}`;
    }
    uses.set(name, 1);
    return { ...member, name };
  };
  return members.map(rename);
}

function hasTail(layout: Layout): boolean {
  return "tail" in layout && layout.tail;
}

function misplaced(parent: BtfComposite, member: BtfMember): BtfError {
  const which = member.name === "" ? "an unnamed member" : `member "${member.name}"`;
  return new BtfError(`${which} of ${parent.kind} ${parent.name} lies outside of it`);
}

/** Whether C names the type with a tag: `struct tag`. */
function isTagged(type: BtfType): boolean {
  return type.kind === "struct" || type.kind === "union" || type.kind === "enum" || type.kind === "enum64";
}

function article(kind: string): string {
  return kind === "void" ? "void" : `a ${kind}`;
}

function isIntSize(size: number): size is IntSize {
  return size === 16 || isScalarSize(size);
}

function isScalarSize(size: number): size is 1 | 2 | 4 | 8 {
  return size === 1 || size === 2 || size === 4 || size === 8;
}
