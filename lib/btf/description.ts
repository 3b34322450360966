import type { BtfLinkage, TypeId } from "./types.ts";

/** A reference to a type: its ID or a nested description. 0 is `void`. */
export type BtfReference = TypeId | BtfDescription;

/** A member of a struct or union, for {@link BtfBuilder.add}. */
export interface BtfMemberDescription {
  /** The name. Default: none, as for an anonymous struct inside another. */
  readonly name?: string;
  /** The type of the member. */
  readonly type: BtfReference;
  /** The offset in bits from the start of the struct. */
  readonly bitOffset: number;
  /** The width of a bitfield in bits. Default 0: not a bitfield. */
  readonly bitfieldSize?: number;
}

/** A type as plain data, for {@link BtfBuilder.add}. Types that are read from BTF also have this form. */
export type BtfDescription =
  | {
      /** Selects the form of the type. */
      readonly kind: "int";
      /** The name. */
      readonly name: string;
      /** The size in bytes. */
      readonly size: number;
      /** The width in bits. Default: `size * 8`. */
      readonly bits?: number;
      /** The offset of the first bit. Default 0. */
      readonly bitOffset?: number;
      /** Whether the integer is signed. Default false. */
      readonly signed?: boolean;
      /** The CHAR encoding bit. Default false. */
      readonly char?: boolean;
      /** Whether the type is `_Bool`. Default false. */
      readonly bool?: boolean;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "float";
      /** The name. */
      readonly name: string;
      /** The size in bytes. */
      readonly size: number;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "ptr";
      /** Not used by C. Default: none. */
      readonly name?: string;
      /** The type that the pointer points to. */
      readonly type: BtfReference;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "array";
      /** Not used by C. Default: none. */
      readonly name?: string;
      /** The element type. */
      readonly type: BtfReference;
      /** The index type. Default: unsigned int. */
      readonly indexType?: BtfReference;
      /** The number of elements. */
      readonly length: number;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "struct" | "union";
      /** The name. Default: none. */
      readonly name?: string;
      /** The size in bytes. */
      readonly size: number;
      /** The members in the order of their declaration. */
      readonly members: readonly BtfMemberDescription[];
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "enum";
      /** The name. Default: none. */
      readonly name?: string;
      /** The size in bytes. Default 4. */
      readonly size?: number;
      /** Whether the values are signed. Default false. */
      readonly signed?: boolean;
      /** The enumerators in the order of their declaration. */
      readonly values: readonly {
        /** The name of the enumerator. */
        readonly name: string;
        /** The value of the enumerator. */
        readonly value: number;
      }[];
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "enum64";
      /** The name. Default: none. */
      readonly name?: string;
      /** The size in bytes. Default 8. */
      readonly size?: number;
      /** Whether the values are signed. Default false. */
      readonly signed?: boolean;
      /** The enumerators in the order of their declaration. */
      readonly values: readonly {
        /** The name of the enumerator. */
        readonly name: string;
        /** The value of the enumerator. */
        readonly value: bigint;
      }[];
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "fwd";
      /** The name. */
      readonly name: string;
      /** What the declaration announces. */
      readonly of: "struct" | "union";
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "typedef" | "const" | "volatile" | "restrict" | "type-tag";
      /** The name of a typedef, or the text of a type tag. Default: none. */
      readonly name?: string;
      /** The type that this type refers to. */
      readonly type: BtfReference;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "func";
      /** The name. */
      readonly name: string;
      /** The prototype of the function. */
      readonly type: BtfReference;
      /** The linkage. Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "func-proto";
      /** Not used by C. Default: none. */
      readonly name?: string;
      /** The type of the result. */
      readonly returnType: BtfReference;
      /** The parameters. A variadic function ends with a parameter without a name and with type 0. */
      readonly params: readonly {
        /** The name of the parameter. Default: none. */
        readonly name?: string;
        /** The type of the parameter. */
        readonly type: BtfReference;
      }[];
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "var";
      /** The name. */
      readonly name: string;
      /** The type of the variable. */
      readonly type: BtfReference;
      /** The linkage. Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "datasec";
      /** The name. */
      readonly name: string;
      /** The size in bytes. Default 0: the loader computes it. */
      readonly size?: number;
      /** The variables of the section. */
      readonly vars: readonly {
        /** The type of kind `var`. */
        readonly type: BtfReference;
        /** Bytes from the start of the section. */
        readonly offset: number;
        /** The size in bytes. */
        readonly size: number;
      }[];
    }
  | {
      /** Selects the form of the type. */
      readonly kind: "decl-tag";
      /** The text of the tag. */
      readonly name: string;
      /** The tagged type, variable or function. */
      readonly type: BtfReference;
      /** The index of the tagged member or parameter. Default -1: the type itself. */
      readonly component?: number;
    };
