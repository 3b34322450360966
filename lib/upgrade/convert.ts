import { fieldsOf, type Layout, type RecordLayout } from "../codec/layout.ts";
import { layoutDifferences } from "./layout-differences.ts";

// biome-ignore lint/suspicious/noExplicitAny: the types are those of two versions of a program
export type Convert = (value: any) => any;

/** The conversion of values of one layout to another one, or why there is none. */
export interface Conversion {
  readonly convert: Convert;
  /** Empty if every value, or every value that fits the new type, keeps its meaning. */
  readonly problems: readonly string[];
}

/** The rules of a conversion by name for fields that only one side has. */
export interface ConversionRules {
  /** Whether fields that only the new type has become zero. */
  readonly adds: boolean;
  /** Whether fields that only the old type has are dropped. */
  readonly drops: boolean;
}

/** Converts by the names of fields. A number that the new type cannot hold is refused when it is written. */
export function conversion(from: Layout, to: Layout, path: string, rules: ConversionRules): Conversion {
  const problems: string[] = [];
  const convert = converter(from, to, path, rules, problems);
  return { convert, problems };
}

function converter(
  from: Layout,
  to: Layout,
  path: string,
  rules: ConversionRules,
  problems: string[],
): Convert {
  const same = (value: unknown) => value;
  const refuse = (why = `${from.name} does not become ${to.name}`): Convert => {
    problems.push(`${path}: ${why}`);
    return same;
  };
  const isInteger = (layout: Layout) => layout.kind === "int" || layout.kind === "enum";
  if (isInteger(from) && isInteger(to))
    return from.kind === "enum" || to.kind === "enum" ? ofEnum(from, to, path, problems) : toWidth(to.size);
  if (from.kind === "bool" && isInteger(to)) return (value) => toWidth(to.size)(Number(value));
  if (from.kind !== to.kind) return refuse();
  switch (to.kind) {
    case "bool":
      return same;
    case "float":
      return to.size < from.size ? refuse() : same;
    case "chars":
      return same;
    case "bytes":
      if (to.size < from.size) return refuse(`${from.size} bytes do not fit into ${to.size}`);
      return (value: Uint8Array) => padded(value, to.size);
    case "array":
      return from.kind === "array" ? ofArray(from, to, path, rules, problems) : refuse();
    case "record":
      return from.kind === "record" ? ofRecord(from, to, path, rules, problems) : refuse();
    default:
      return refuse();
  }
}

function toWidth(size: number): Convert {
  return size <= 4
    ? (value: number | bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)
    : (value: number | bigint) => BigInt(value);
}

/** A constant that has another value now would change its meaning. */
function ofEnum(from: Layout, to: Layout, path: string, problems: string[]): Convert {
  if (from.kind === "enum" && to.kind === "enum") {
    const values = new Map(to.values.map(({ name, value }) => [name, value]));
    for (const { name, value } of from.values) {
      const now = values.get(name);
      if (now !== undefined && BigInt(now) !== BigInt(value))
        problems.push(`${path}: ${name} is ${now}, was ${value}`);
    }
  }
  return toWidth(to.size);
}

function padded(value: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(value);
  return bytes;
}

function ofArray(
  from: Layout & { kind: "array" },
  to: Layout & { kind: "array" },
  path: string,
  rules: ConversionRules,
  problems: string[],
): Convert {
  if (to.length < from.length || (to.length > from.length && !rules.adds))
    problems.push(`${path}: ${from.name} does not become ${to.name}`);
  const element = converter(from.element, to.element, `${path}[]`, rules, problems);
  // Missing elements at the end become zero.
  return (values: unknown[]) => values.map(element);
}

function ofRecord(
  from: RecordLayout,
  to: RecordLayout,
  path: string,
  rules: ConversionRules,
  problems: string[],
): Convert {
  if (hasOverlay(from) || hasOverlay(to)) {
    // Only the program can tell which member of a union is in use.
    problems.push(...layoutDifferences(from, to, path));
    return (value) => value;
  }
  const fields = new Map([...fieldsOf(to.members)].map((field) => [field.name, field]));
  const converters: [string, Convert][] = [];
  for (const field of fieldsOf(from.members)) {
    const next = fields.get(field.name);
    fields.delete(field.name);
    if (field.kept || next?.kept) continue;
    const at = `${path}.${field.name}`;
    if (next !== undefined)
      converters.push([field.name, converter(field.layout, next.layout, at, rules, problems)]);
    else if (!rules.drops) problems.push(`${at} is missing in the new version`);
  }
  for (const { name, kept } of fields.values())
    if (!rules.adds && !kept) problems.push(`${path}.${name} is new`);
  return (value: Record<string, unknown>) =>
    Object.fromEntries(converters.map(([name, convert]) => [name, convert(value[name])]));
}

function hasOverlay(layout: RecordLayout): boolean {
  return layout.members.some(({ kind }) => kind === "overlay");
}

/** Completes a converted value with zeros for missing fields and elements. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export function completed(value: any, zero: any): any {
  if (Array.isArray(zero)) {
    if (!Array.isArray(value)) return value;
    return zero.map((each, index) => (index < value.length ? completed(value[index], each) : each));
  }
  const isRecord = (each: unknown) =>
    typeof each === "object" && each !== null && !ArrayBuffer.isView(each) && !Array.isArray(each);
  if (!isRecord(zero) || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(zero).map(([name, each]) => [
      name,
      Object.hasOwn(value, name) ? completed(value[name], each) : each,
    ]),
  );
}
