import { type InspectOptions, inspect } from "node:util";
import { describeValue } from "../arguments/index.ts";
import type { TypeId } from "../btf/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { inspected, present } from "../format/inspected.ts";

/** The form of a value in the kernel configuration: `bool` is `y` or `n`, `tristate` is `y`, `m` or `n`. */
export type KconfigKind = "bool" | "tristate" | "char" | "int" | "string";

/** A value of a kernel configuration option. */
export type KconfigValue = boolean | number | bigint | string;

export interface KconfigDefinition {
  readonly name: string;
  readonly kind: KconfigKind;
  readonly declaration: TypeId;
  readonly type: TypeId;
  readonly size: number;
  readonly offset: number;
  readonly weak: boolean;
}

/** A value of the kernel configuration that the object refers to: `extern … __kconfig`. */
export class KconfigSpec {
  /** `CONFIG_…`, or a value that libbpf provides: `LINUX_KERNEL_VERSION`, `LINUX_HAS_…`. */
  readonly name: string;
  /** The form of the value. */
  readonly kind: KconfigKind;
  /** The type in the object's BTF. */
  readonly type: TypeId;
  /** Size in bytes. */
  readonly size: number;
  /** Bytes from the start of the `.kconfig` map. */
  readonly offset: number;
  /** Whether the object loads when the configuration lacks the value. The value is then 0. */
  readonly weak: boolean;
  readonly #definition: KconfigDefinition;
  #value: KconfigValue | undefined;

  /** @internal */
  constructor(definition: KconfigDefinition) {
    this.#definition = definition;
    this.name = definition.name;
    this.kind = definition.kind;
    this.type = definition.type;
    this.size = definition.size;
    this.offset = definition.offset;
    this.weak = definition.weak;
  }

  /**
   * A value that replaces the running kernel's: a boolean; `"y"`, `"m"` or `"n"` for a tristate; a number; a string.
   * Undefined keeps the kernel's value.
   */
  get value(): KconfigValue | undefined {
    return this.#value;
  }

  /** @throws {@link InvalidArgumentError} for a value of another kind, and for externs that libbpf computes. */
  set value(value: KconfigValue | undefined) {
    if (value !== undefined) textOf(this, value);
    this.#value = value;
  }

  /** A line of a kernel configuration; undefined when no value was assigned. */
  get line(): string | undefined {
    return this.#value === undefined ? undefined : `${this.name}=${textOf(this, this.#value)}`;
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { kind, value } = this;
    return inspected(`KconfigSpec "${this.name}"`, depth, options, () => present({ kind, value }));
  }

  /** A copy with the same value. */
  copy(): KconfigSpec {
    const copy = new KconfigSpec(this.#definition);
    copy.#value = this.#value;
    return copy;
  }
}

function textOf({ name, kind }: KconfigSpec, value: KconfigValue): string {
  if (!name.startsWith("CONFIG_")) {
    throw new InvalidArgumentError(`"${name}" is found out by libbpf and cannot be set`);
  }
  const isNumber =
    (typeof value === "bigint" && value >= -(1n << 63n) && value < 1n << 64n) || Number.isSafeInteger(value);
  if (typeof value === "boolean" && ["bool", "tristate", "char"].includes(kind)) return value ? "y" : "n";
  if (isNumber && (kind === "int" || kind === "char")) return String(value);
  if (typeof value === "string") {
    if (kind === "string" && !/[\n\0"]/.test(value) && value.isWellFormed()) return `"${value}"`;
    if ((kind === "tristate" || kind === "char") && /^[ymn]$/.test(value)) return value;
  }
  throw new InvalidArgumentError(`"${name}" is a ${kind} and cannot be set to ${describeValue(value)}`);
}
