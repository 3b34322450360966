import type { BtfLinkage, TypeId } from "./types.ts";

/** A type by its id, or described in place; 0 is `void`. */
export type BtfReference = TypeId | BtfDescription;

export interface BtfMemberDescription {
  /** Default: none, as of an anonymous struct inside another. */
  readonly name?: string;
  readonly type: BtfReference;
  /** Bits from the start of the struct. */
  readonly bitOffset: number;
  /** Bits of a bitfield. Default 0: it is none. */
  readonly bitfieldSize?: number;
}

/** A type as plain data, as {@link BtfBuilder.add} takes it. Types that are read from BTF have this form too. */
export type BtfDescription =
  | {
      readonly kind: "int";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      /** Default: all of `size`. */
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
      /** Of an element. */
      readonly type: BtfReference;
      /** Default: an unsigned int. */
      readonly indexType?: BtfReference;
      readonly length: number;
    }
  | {
      readonly kind: "struct" | "union";
      readonly name?: string;
      /** Bytes. */
      readonly size: number;
      readonly members: readonly BtfMemberDescription[];
    }
  | {
      readonly kind: "enum";
      readonly name?: string;
      /** Bytes. Default 4. */
      readonly size?: number;
      readonly signed?: boolean;
      readonly values: readonly { readonly name: string; readonly value: number }[];
    }
  | {
      readonly kind: "enum64";
      readonly name?: string;
      /** Bytes. Default 8. */
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
      /** Its prototype. */
      readonly type: BtfReference;
      /** Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      readonly kind: "func-proto";
      readonly name?: string;
      readonly returnType: BtfReference;
      /** A variadic function ends with a parameter of no name and type 0. */
      readonly params: readonly { readonly name?: string; readonly type: BtfReference }[];
    }
  | {
      readonly kind: "var";
      readonly name: string;
      readonly type: BtfReference;
      /** Default: `global`. */
      readonly linkage?: BtfLinkage;
    }
  | {
      readonly kind: "datasec";
      readonly name: string;
      /** Bytes. Default 0: the loader finds out. */
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
      /** A member or a parameter by its number. Default -1: the type itself. */
      readonly component?: number;
    };
