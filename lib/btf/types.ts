/** The ID of a type in its BTF. 0 is `void`. */
export type TypeId = number;

/** The properties of every type. */
interface Named {
  /** The ID of the type in its BTF. */
  readonly id: TypeId;
  /** The name. Empty for an anonymous type. */
  readonly name: string;
}

/** A type that adds a qualifier or a name to another type. */
interface Reference extends Named {
  /** The ID of the type that this type refers to. */
  readonly type: TypeId;
}

/** The type `void`, with ID 0. */
export interface BtfVoid extends Named {
  /** Selects the form of the type. */
  readonly kind: "void";
}

/** An integer, `char` or `bool`. */
export interface BtfInt extends Named {
  /** Selects the form of the type. */
  readonly kind: "int";
  /** The size in bytes. */
  readonly size: number;
  /** The width in bits. Less than `size * 8` only for bitfields of old compilers. */
  readonly bits: number;
  /** The offset of the first bit, for bitfields of old compilers. */
  readonly bitOffset: number;
  /** Whether the integer is signed. */
  readonly signed: boolean;
  /** The CHAR encoding bit. clang does not set it, so also compare the name with `char`. */
  readonly char: boolean;
  /** Whether the type is `_Bool`. */
  readonly bool: boolean;
}

/**
 * A floating-point type.
 *
 * @since Linux 5.13
 */
export interface BtfFloat extends Named {
  /** Selects the form of the type. */
  readonly kind: "float";
  /** The size in bytes. */
  readonly size: number;
}

/** A pointer. `type` is 0 for `void *`. */
export interface BtfPtr extends Reference {
  /** Selects the form of the type. */
  readonly kind: "ptr";
}

/** An array. */
export interface BtfArray extends Named {
  /** Selects the form of the type. */
  readonly kind: "array";
  /** The ID of the element type. */
  readonly type: TypeId;
  /** The ID of the index type, usually `unsigned int`. */
  readonly indexType: TypeId;
  /** The number of elements. 0 for a flexible array member. */
  readonly length: number;
}

/** A member of a struct or union. */
export interface BtfMember {
  /** The name. Empty for an anonymous struct or union inside another. */
  readonly name: string;
  /** The ID of the type of the member. */
  readonly type: TypeId;
  /** The offset in bits from the start of the struct. */
  readonly bitOffset: number;
  /** The width of a bitfield in bits. 0 for other members. */
  readonly bitfieldSize: number;
}

/** A struct or a union. */
export interface BtfComposite extends Named {
  /** Selects the form of the type. */
  readonly kind: "struct" | "union";
  /** The size in bytes. */
  readonly size: number;
  /** The members in the order of their declaration. */
  readonly members: readonly BtfMember[];
}

/** An enum whose values fit in 32 bits. */
export interface BtfEnum extends Named {
  /** Selects the form of the type. */
  readonly kind: "enum";
  /** The size in bytes. 0 for a forward declaration. */
  readonly size: number;
  /** Whether the values are signed. */
  readonly signed: boolean;
  /** The enumerators in the order of their declaration. */
  readonly values: readonly {
    /** The name of the enumerator. */
    readonly name: string;
    /** The value of the enumerator. */
    readonly value: number;
  }[];
}

/**
 * An enum with 64-bit values.
 *
 * @since Linux 6.0
 */
export interface BtfEnum64 extends Named {
  /** Selects the form of the type. */
  readonly kind: "enum64";
  /** The size in bytes. */
  readonly size: number;
  /** Whether the values are signed. */
  readonly signed: boolean;
  /** The enumerators in the order of their declaration. */
  readonly values: readonly {
    /** The name of the enumerator. */
    readonly name: string;
    /** The value of the enumerator. */
    readonly value: bigint;
  }[];
}

/** A forward declaration of a struct or union. */
export interface BtfFwd extends Named {
  /** Selects the form of the type. */
  readonly kind: "fwd";
  /** What the declaration announces. */
  readonly of: "struct" | "union";
}

/** A typedef, a qualifier or a type tag of another type. */
export interface BtfModifier extends Reference {
  /** Selects the form of the type. */
  readonly kind: "typedef" | "const" | "volatile" | "restrict" | "type-tag";
}

/**
 * A tag of a declaration: `__attribute__((btf_decl_tag("…")))`. The name is the text.
 *
 * @since Linux 5.16
 */
export interface BtfDeclTag extends Reference {
  /** Selects the form of the type. */
  readonly kind: "decl-tag";
  /** The index of the tagged member or parameter. -1 for the type itself. */
  readonly component: number;
}

/** The visibility of a function or variable to other objects. */
export type BtfLinkage = "static" | "global" | "extern";

/** A function. `type` is the ID of its prototype. */
export interface BtfFunc extends Reference {
  /** Selects the form of the type. */
  readonly kind: "func";
  /** The visibility of the function. */
  readonly linkage: BtfLinkage;
}

/** The prototype of a function. */
export interface BtfFuncProto extends Named {
  /** Selects the form of the type. */
  readonly kind: "func-proto";
  /** The ID of the type of the result. 0 for `void`. */
  readonly returnType: TypeId;
  /** The parameters. A variadic function ends with a parameter without a name and with type 0. */
  readonly params: readonly {
    /** The name of the parameter. Empty for none. */
    readonly name: string;
    /** The ID of the type of the parameter. */
    readonly type: TypeId;
  }[];
}

/** A global variable. */
export interface BtfVar extends Reference {
  /** Selects the form of the type. */
  readonly kind: "var";
  /** The visibility of the variable. */
  readonly linkage: BtfLinkage;
}

/** A data section such as `.data`, with its variables. */
export interface BtfDatasec extends Named {
  /** Selects the form of the type. */
  readonly kind: "datasec";
  /** The size in bytes. 0 in an object from clang, where the loader computes it. */
  readonly size: number;
  /** The variables of the section. */
  readonly vars: readonly {
    /** The ID of the type of kind `var`. */
    readonly type: TypeId;
    /** Bytes from the start of the section. */
    readonly offset: number;
    /** The size in bytes. */
    readonly size: number;
  }[];
}

/** A type of BTF. `kind` selects the other properties. */
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

/** The kinds of types. */
export type BtfKind = BtfType["kind"];
