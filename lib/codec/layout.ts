/**
 * The layout of a C type: the information that a codec needs. It is created from BTF (`layout-of.ts`) or from a
 * description in JavaScript (`describe.ts`). All codecs are created from layouts.
 */
export type Layout =
  | IntLayout
  | EnumLayout
  | BoolLayout
  | FloatLayout
  | CharsLayout
  | BytesLayout
  | MeantLayout
  | ArrayLayout
  | RecordLayout
  | ForeignLayout;

interface Common {
  /** The size in bytes; a flexible array counts 0. */
  readonly size: number;
  /** The name in C: `__u32`, `struct event`, `char[16]`. */
  readonly name: string;
}

/** An integer or an address. In JavaScript, it is a number up to 4 bytes, and a bigint from 8 bytes. */
export interface IntLayout extends Common {
  readonly kind: "int";
  readonly size: IntSize;
  readonly signed: boolean;
  /** The byte order that the type itself states (`__be16`, `__le32`). Undefined: the order of the object. */
  readonly order?: ByteOrder | undefined;
}

export type ByteOrder = "big" | "little";

export type IntSize = 1 | 2 | 4 | 8 | 16;

export interface EnumLayout extends Common {
  readonly kind: "enum";
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: number | bigint }[];
  /** The ID of the type in its BTF. */
  readonly id?: number | undefined;
}

export interface BoolLayout extends Common {
  readonly kind: "bool";
  readonly size: 1 | 2 | 4 | 8;
}

export interface FloatLayout extends Common {
  readonly kind: "float";
  readonly size: 4 | 8;
}

/** `char[N]`: text up to the first NUL. */
export interface CharsLayout extends Common {
  readonly kind: "chars";
  /** True for `char[]` at the end of a record, which extends to the end of the record. */
  readonly tail: boolean;
}

/** `unsigned char[N]` and types without a better representation: a Uint8Array. */
export interface BytesLayout extends Common {
  readonly kind: "bytes";
  readonly tail: boolean;
}

/** Bytes with a meaning of their own (`meaning.ts`): an address, which is text, or a time, which is a Date. */
export interface MeantLayout extends Common {
  readonly kind: "meant";
  readonly meaning: "ipv4" | "ipv6" | "mac" | "ktime";
  /** The layout without the meaning. */
  readonly of?: Layout | undefined;
  /** The byte order that the type of a time states. */
  readonly order?: ByteOrder | undefined;
}

export interface ArrayLayout extends Common {
  readonly kind: "array";
  readonly element: Layout;
  readonly length: number;
  readonly tail: boolean;
}

/** A struct or a union. */
export interface RecordLayout extends Common {
  readonly kind: "record";
  /** The name without `struct`; empty for an unnamed type. */
  readonly tag: string;
  readonly of: "struct" | "union";
  readonly members: readonly Member[];
  /** Whether the record ends in a flexible array. */
  readonly tail: boolean;
  /** The ID of the type in its BTF. */
  readonly id?: number | undefined;
}

export type Member = Field | Overlay;

export interface Field {
  readonly kind: "field";
  /** Unique within the record. */
  readonly name: string;
  /** The offset in bytes from the start of the record. For a bitfield: the offset of the byte with its first bit. */
  readonly offset: number;
  readonly layout: Layout;
  readonly bits?: BitRange | undefined;
  /**
   * Whether the kernel manages the field (for example `struct bpf_spin_lock`). Such a field can be omitted when
   * storing.
   */
  readonly kept: boolean;
  /** The declaration in BTF: the ID of a composite and the index of the member. */
  readonly declared?: { readonly id: number; readonly index: number } | undefined;
}

export interface BitRange {
  /** The first bit within its byte, counted from the highest bit in big-endian types. */
  readonly shift: number;
  readonly width: number;
}

/** The members of a union, or of an anonymous union whose members belong to the enclosing record. */
export interface Overlay {
  readonly kind: "overlay";
  readonly offset: number;
  readonly size: number;
  /**
   * Offsets of members are from the start of the record. An alternative that is an anonymous struct has several
   * members.
   */
  readonly alternatives: readonly (readonly Member[])[];
}

/** A user-defined codec inside a description. */
export interface ForeignLayout extends Common {
  readonly kind: "foreign";
  readonly codec: {
    read(view: DataView, offset: number, end?: number): unknown;
    write(view: DataView, offset: number, value: never): void;
  };
}

/** Every field of these members in order, including those of overlays. */
export function* fieldsOf(members: readonly Member[]): IterableIterator<Field> {
  for (const member of members) {
    if (member.kind === "field") yield member;
    else for (const alternative of member.alternatives) yield* fieldsOf(alternative);
  }
}

/** Whether the bytes are little-endian: the order that the type states, otherwise the order of the object. */
export function isLittle(order: ByteOrder | undefined, littleEndian: boolean): boolean {
  return order === undefined ? littleEndian : order === "little";
}

/** Whether a JavaScript number can hold every value of the type. */
export function isNumber(layout: IntLayout | EnumLayout): boolean {
  return layout.size <= 4;
}

/** `char[16]` for an element `char` and 16; `int[2][3]` for an element `int[3]` and 2. */
export function arrayName(element: string, length: number | ""): string {
  const at = element.indexOf("[");
  return at < 0 ? `${element}[${length}]` : `${element.slice(0, at)}[${length}]${element.slice(at)}`;
}
