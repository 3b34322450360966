import type { BtfLinkage, TypeId } from "./types.ts";

/** A reference to a type: its ID or a nested description. 0 is `void`. */
export type BtfReference = TypeId | BtfDescription;

export interface BtfMemberDescription {
  /** The name. Default: none, as for an anonymous struct inside another. */
  readonly name?: string;
  readonly type: BtfReference;
  /** The offset in bits from the start of the struct. */
  readonly bitOffset: number;
  /** The width of a bitfield in bits. Default 0, which is no bitfield. */
  readonly bitfieldSize?: number;
}

/** A type as plain data, for {@link BtfBuilder.add}. Types that are read from BTF also have this form. */
export type BtfDescription =
  | {
      readonly kind: "int";
      readonly name: string;
      /** The size in bytes. */
      readonly size: number;
      /** The width in bits. Default: `size * 8`. */
      readonly bits?: number;
      readonly bitOffset?: number;
      readonly signed?: boolean;
      readonly char?: boolean;
      readonly bool?: boolean;
    }
  | { readonly kind: "float"; readonly name: string; readonly size: number }
  | { readonly kind: "ptr"; readonly name?: string; readonly type: BtfReference }
  | {
      readonly kind: "array";
      readonly name?: string;
      /** The element type. */
      readonly type: BtfReference;
      /** The index type. Default: unsigned int. */
      readonly indexType?: BtfReference;
      readonly length: number;
    }
  | {
      readonly kind: "struct" | "union";
      readonly name?: string;
      /** The size in bytes. */
      readonly size: number;
      readonly members: readonly BtfMemberDescription[];
    }
  | {
      readonly kind: "enum";
      readonly name?: string;
      /** The size in bytes. Default 4. */
      readonly size?: number;
      readonly signed?: boolean;
      readonly values: readonly { readonly name: string; readonly value: number }[];
    }
  | {
      readonly kind: "enum64";
      readonly name?: string;
      /** The size in bytes. Default 8. */
      readonly size?: number;
      readonly signed?: boolean;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    }
  | { readonly kind: "fwd"; readonly name: string; readonly of: "struct" | "union" }
  | {
      readonly kind: "typedef" | "const" | "volatile" | "restrict" | "type-tag";
      readonly name?: string;
      readonly type: BtfReference;
    }
  | {
      readonly kind: "func";
      readonly name: string;
      /** The prototype of the function. */
      readonly type: BtfReference;
      /** The linkage. Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      readonly kind: "func-proto";
      readonly name?: string;
      readonly returnType: BtfReference;
      /** The parameters. A variadic function ends with a parameter without a name and with type 0. */
      readonly params: readonly { readonly name?: string; readonly type: BtfReference }[];
    }
  | {
      readonly kind: "var";
      readonly name: string;
      readonly type: BtfReference;
      /** The linkage. Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      readonly kind: "datasec";
      readonly name: string;
      /** The size in bytes. Default 0: the loader computes it. */
      readonly size?: number;
      readonly vars: readonly {
        readonly type: BtfReference;
        readonly offset: number;
        readonly size: number;
      }[];
    }
  | {
      readonly kind: "decl-tag";
      readonly name: string;
      readonly type: BtfReference;
      /** The index of the tagged member or parameter. Default -1: the type itself. */
      readonly component?: number;
    };
