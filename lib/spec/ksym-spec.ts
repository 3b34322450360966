import type { TypeId } from "../btf/index.ts";

/**
 * A kernel variable or function that the object refers to: `extern … __ksym`. An extern without `__ksym` belongs to
 * another object. Link the two objects before loading.
 */
export interface KsymSpec {
  /** The name of the symbol in the kernel. */
  readonly name: string;
  /** Whether the symbol is a function or a variable. */
  readonly kind: "function" | "variable";
  /** The type in the object's BTF; undefined for `extern const void`, which only has an address. */
  readonly type: TypeId | undefined;
  /** Whether the object loads without the symbol. The address is then 0. */
  readonly weak: boolean;
}
