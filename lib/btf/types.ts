/** The ID of a type in its BTF. 0 is `void`. */
export type TypeId = number;

interface Named {
  readonly id: TypeId;
  /** The name. Empty for an anonymous type. */
  readonly name: string;
}

/** A type that adds a qualifier or a name to another type. */
interface Reference extends Named {
  readonly type: TypeId;
}

export interface BtfVoid extends Named {
  readonly kind: "void";
}

export interface BtfInt extends Named {
  readonly kind: "int";
  /** The size in bytes. */
  readonly size: number;
  /** The width in bits. Less than `size * 8` only for bitfields of old compilers. */
  readonly bits: number;
  /** The offset of the first bit, for bitfields of old compilers. */
  readonly bitOffset: number;
  readonly signed: boolean;
  /** The CHAR encoding bit. clang does not set it, so also compare the name with `char`. */
  readonly char: boolean;
  readonly bool: boolean;
}

export interface BtfFloat extends Named {
  readonly kind: "float";
  /** The size in bytes. */
  readonly size: number;
}

export interface BtfPtr extends Reference {
  readonly kind: "ptr";
}

export interface BtfArray extends Named {
  readonly kind: "array";
  /** The ID of the element type. */
  readonly type: TypeId;
  readonly indexType: TypeId;
  readonly length: number;
}

export interface BtfMember {
  /** The name. Empty for an anonymous struct or union inside another. */
  readonly name: string;
  readonly type: TypeId;
  /** The offset in bits from the start of the struct. */
  readonly bitOffset: number;
  /** The width of a bitfield in bits. 0 for other members. */
  readonly bitfieldSize: number;
}

export interface BtfComposite extends Named {
  readonly kind: "struct" | "union";
  /** The size in bytes. */
  readonly size: number;
  readonly members: readonly BtfMember[];
}

export interface BtfEnum extends Named {
  readonly kind: "enum";
  /** The size in bytes. 0 for a forward declaration. */
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

export interface BtfEnum64 extends Named {
  readonly kind: "enum64";
  /** The size in bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: bigint }[];
}

export interface BtfFwd extends Named {
  readonly kind: "fwd";
  readonly of: "struct" | "union";
}

export interface BtfModifier extends Reference {
  readonly kind: "typedef" | "const" | "volatile" | "restrict" | "type-tag";
}

export interface BtfDeclTag extends Reference {
  readonly kind: "decl-tag";
  /** The index of the tagged member or parameter. -1 for the type itself. */
  readonly component: number;
}

export type BtfLinkage = "static" | "global" | "extern";

export interface BtfFunc extends Reference {
  readonly kind: "func";
  readonly linkage: BtfLinkage;
}

export interface BtfFuncProto extends Named {
  readonly kind: "func-proto";
  readonly returnType: TypeId;
  /** The parameters. A variadic function ends with a parameter without a name and with type 0. */
  readonly params: readonly { readonly name: string; readonly type: TypeId }[];
}

export interface BtfVar extends Reference {
  readonly kind: "var";
  readonly linkage: BtfLinkage;
}

export interface BtfDatasec extends Named {
  readonly kind: "datasec";
  /** The size in bytes. 0 in an object from clang, where the loader computes it. */
  readonly size: number;
  readonly vars: readonly { readonly type: TypeId; readonly offset: number; readonly size: number }[];
}

export type BtfType =
  | BtfVoid
  | BtfInt
  | BtfFloat
  | BtfPtr
  | BtfArray
  | BtfComposite
  | BtfEnum
  | BtfEnum64
  | BtfFwd
  | BtfModifier
  | BtfDeclTag
  | BtfFunc
  | BtfFuncProto
  | BtfVar
  | BtfDatasec;

export type BtfKind = BtfType["kind"];
