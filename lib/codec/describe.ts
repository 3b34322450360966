import { describeValue, invalidArgument } from "../arguments/index.ts";
import { InvalidArgumentError, UnknownNameError } from "../errors/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { Codec } from "./codec.ts";
import { arrayName, type Field, fieldsOf, type Layout } from "./layout.ts";
import { limitProblem } from "./layout-limits.ts";
import { layoutOf, makeCodec } from "./make.ts";
import { type ScalarName, type ScalarValues, scalarLayouts } from "./scalars.ts";

/**
 * A C type in JavaScript: `"u32"`, `"char[16]"`, `"u8[6]"`, `"i32[2][3]"`, `{ pid: "u32", comm: "char[16]" }`, or a
 * codec.
 *
 * A struct has the layout of C: its properties in order, with padding for alignment.
 */
export type Description = ScalarName | ArrayDescription | StructDescription | AnyCodec;

type ArrayDescription = `${ScalarName | "char"}${Dimension}`;
type Dimension = `[${number}]` | `[${number}][${number}]` | `[${number}][${number}][${number}]`;

// biome-ignore lint/suspicious/noExplicitAny: accepts a codec of any type
type AnyCodec = Codec<any, any>;

/** A struct: the types of its fields by name, in order. */
export interface StructDescription {
  readonly [field: string]: Description;
}

/** The type of the values that a description describes. */
export type Described<D> =
  D extends Codec<infer T, never>
    ? T
    : D extends ScalarName
      ? ScalarValues[D]
      : D extends `${infer Element}[${number}]${infer Rest}`
        ? Rest extends ""
          ? DescribedArray<Element>
          : Described<`${Element}${Rest}`>[]
        : D extends StructDescription
          ? { -readonly [Field in keyof D]: Described<D[Field]> }
          : never;

type DescribedArray<Element> = Element extends "char"
  ? string
  : Element extends "u8"
    ? Uint8Array
    : Described<Element>[];

/**
 * Returns the codec of a description, in this machine's byte order.
 *
 * @throws {@link InvalidArgumentError}, {@link UnknownNameError} for an invalid description.
 *
 * @example
 * ```ts
 * const event = codecFrom({ pid: "u32", bytes: "u64" });
 * ```
 */
export function codecFrom<const D extends Description>(description: D): Codec<Described<D>> {
  if (isCodec(description)) return description;
  return makeCodec(layoutFrom(description), hostIsLittleEndian) as Codec<Described<D>>;
}

/**
 * Returns the codec of a struct: `struct({ pid: "u32", comm: "char[16]" })`. The name appears in messages.
 *
 * @example
 * ```ts
 * const pair = struct({ pid: "u32", comm: char(16) }, "pair");
 * ```
 */
export function struct<const D extends StructDescription>(fields: D, name = ""): Codec<Described<D>> {
  return makeCodec(structLayout(fields, name), hostIsLittleEndian) as Codec<Described<D>>;
}

/** The codec of an array of a fixed length. */
export function array<const D extends Description>(element: D, length: number): Codec<Described<D>[]> {
  return makeCodec(listLayout(layoutFrom(element), checkLength(length)), hostIsLittleEndian) as Codec<
    Described<D>[]
  >;
}

/** The codec of `char[length]`: text up to the first NUL. */
export function char(length: number): Codec<string> {
  return makeCodec(charsLayout(checkLength(length)), hostIsLittleEndian) as Codec<string>;
}

function layoutFrom(description: Description): Layout {
  if (typeof description === "string") return namedLayout(description);
  if (isCodec(description)) {
    const { name, size } = description;
    return layoutOf(description) ?? { kind: "foreign", name, size, codec: description };
  }
  if (typeof description !== "object" || description === null) {
    throw invalidArgument("description of a C type", "text, a struct or a codec", description);
  }
  return structLayout(description, "");
}

function namedLayout(text: string): Layout {
  const [, element, dimensions] = /^(\w+)((?:\[\d+\])*)$/.exec(text) ?? [];
  if (element === undefined || dimensions === undefined) {
    throw new InvalidArgumentError(`"${text}" is not a C type`, {
      remedy: 'Write it like "u32", "char[16]" or "i32[2][3]"',
    });
  }
  const lengths = Array.from(dimensions.matchAll(/\d+/g), ([digits]) => checkLength(Number(digits)));
  let layout: Layout | undefined;
  if (element === "char" || element === "u8") {
    // The innermost dimension becomes text or bytes.
    const inner = lengths.pop();
    if (inner !== undefined) {
      layout =
        element === "char"
          ? charsLayout(inner)
          : { kind: "bytes", name: `u8[${inner}]`, size: inner, tail: false };
    }
  }
  layout ??= Object.hasOwn(scalarLayouts, element) ? scalarLayouts[element as ScalarName] : undefined;
  if (layout === undefined) {
    throw new UnknownNameError({
      what: "scalar",
      wanted: element,
      known: [...Object.keys(scalarLayouts), "char[16]"],
    });
  }
  const whole = lengths.reduceRight(listLayout, layout);
  const problem = limitProblem(whole);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return whole;
}

function charsLayout(length: number): Layout {
  return { kind: "chars", name: `char[${length}]`, size: length, tail: false };
}

function listLayout(element: Layout, length: number): Layout {
  const name = arrayName(element.name, length);
  return { kind: "array", name, size: element.size * length, element, length, tail: false };
}

function structLayout(description: StructDescription, tag: string): Layout {
  if (typeof description !== "object" || description === null)
    throw new InvalidArgumentError(
      `fields of struct: expected an object, received ${describeValue(description)}`,
    );
  const members: Field[] = [];
  let offset = 0;
  let align = 1;
  for (const [name, type] of Object.entries(description)) {
    if (/^\d+$/.test(name)) {
      // JavaScript orders numeric property names first, so the order of the fields would be lost.
      throw new InvalidArgumentError(`a field cannot have the numeric name "${name}"`);
    }
    const layout = layoutFrom(type);
    const own = alignmentOf(layout);
    offset = roundUp(offset, own);
    align = Math.max(align, own);
    members.push({ kind: "field", name, offset, layout, kept: false });
    offset += layout.size;
  }
  if (members.length === 0)
    throw new InvalidArgumentError("fields of a struct: expected one or more, received 0");
  const size = roundUp(offset, align);
  const name = tag === "" ? "struct" : `struct ${tag}`;
  return { kind: "record", of: "struct", name, tag, size, members, tail: false };
}

/** The alignment of the type in C; for a codec of the user, the largest alignment that divides its size. */
function alignmentOf(layout: Layout): number {
  switch (layout.kind) {
    case "chars":
    case "bytes":
      return 1;
    case "meant":
      // The alignments of u8[6], __be32, struct in6_addr and u64.
      return { mac: 1, ipv4: 4, ipv6: 4, ktime: 8 }[layout.meaning];
    case "array":
      return alignmentOf(layout.element);
    case "record": {
      const fields = [...fieldsOf(layout.members)];
      const natural = Math.max(1, ...fields.map((field) => alignmentOf(field.layout)));
      // A packed struct has a smaller alignment, which its offsets and size reveal.
      return fields.reduce((align, field) => common(align, field.offset), common(natural, layout.size));
    }
    case "foreign":
      return common(8, layout.size);
    default:
      return layout.size;
  }
}

/** The largest power of two, up to `align`, that divides `n`. */
function common(align: number, n: number): number {
  let power = align;
  while (n % power !== 0) power /= 2;
  return power;
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

function checkLength(length: number): number {
  if (!Number.isInteger(length) || length < 1 || length > 0x7fff_ffff) {
    throw invalidArgument("length of an array", "1 to 2147483647", length);
  }
  return length;
}

function isCodec(description: unknown): description is AnyCodec {
  return (
    typeof description === "object" &&
    description !== null &&
    typeof (description as AnyCodec).read === "function" &&
    typeof (description as AnyCodec).write === "function"
  );
}
