/** The number of a type inside its BTF; 0 is `void`. */
export type TypeId = number;

interface Named {
  readonly id: TypeId;
  /** Empty for an anonymous type. */
  readonly name: string;
}

/** A type that adds a qualifier or a name to another. */
interface Reference extends Named {
  readonly type: TypeId;
}

export interface BtfVoid extends Named {
  readonly kind: "void";
}

export interface BtfInt extends Named {
  readonly kind: "int";
  /** Bytes. */
  readonly size: number;
  /** Less than `size * 8` only for the bitfields of old compilers. */
  readonly bits: number;
  /** Offset of the first bit, for the bitfields of old compilers. */
  readonly bitOffset: number;
  readonly signed: boolean;
  /** The CHAR encoding bit; clang does not set it, so match the name `char` as well. */
  readonly char: boolean;
  readonly bool: boolean;
}

export interface BtfFloat extends Named {
  readonly kind: "float";
  /** Bytes. */
  readonly size: number;
}

export interface BtfPtr extends Reference {
  readonly kind: "ptr";
}

export interface BtfArray extends Named {
  readonly kind: "array";
  /** Type of an element. */
  readonly type: TypeId;
  readonly indexType: TypeId;
  readonly length: number;
}

export interface BtfMember {
  /** Empty for an anonymous struct or union inside another. */
  readonly name: string;
  readonly type: TypeId;
  /** Bits from the start of the struct. */
  readonly bitOffset: number;
  /** Bits of a bitfield, 0 when the member is none. */
  readonly bitfieldSize: number;
}

export interface BtfComposite extends Named {
  readonly kind: "struct" | "union";
  /** Bytes. */
  readonly size: number;
  readonly members: readonly BtfMember[];
}

export interface BtfEnum extends Named {
  readonly kind: "enum";
  /** Bytes; 0 for a forward declaration. */
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

export interface BtfEnum64 extends Named {
  readonly kind: "enum64";
  /** Bytes. */
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
  /** The member or parameter that is tagged; -1 for the type itself. */
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
  /** A variadic function ends with a parameter of no name and type 0. */
  readonly params: readonly { readonly name: string; readonly type: TypeId }[];
}

export interface BtfVar extends Reference {
  readonly kind: "var";
  readonly linkage: BtfLinkage;
}

export interface BtfDatasec extends Named {
  readonly kind: "datasec";
  /** Bytes; 0 in an object straight from clang, which leaves it to the loader. */
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
