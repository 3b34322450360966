import type { TypeId } from "../btf/index.ts";

/**
 * A variable or a function of the kernel that the object refers to: `extern … __ksym`. Without the `__ksym` it is one
 * of another object, to be linked with before either can be loaded.
 */
export interface KsymSpec {
  readonly name: string;
  readonly kind: "function" | "variable";
  /** What the object takes it for, in its BTF; undefined for `extern const void`, which asks for the address only. */
  readonly type: TypeId | undefined;
  /** Loading goes on when the kernel has no such symbol; the address is then 0. */
  readonly weak: boolean;
}
