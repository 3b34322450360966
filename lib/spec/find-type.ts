import { checkString } from "../arguments/index.ts";
import type { Btf, BtfKind, BtfType, TypeId } from "../btf/index.ts";
import { AmbiguousNameError, UnknownNameError } from "../errors/index.ts";

const hasValues: ReadonlySet<BtfKind> = new Set<BtfKind>([
  "struct",
  "union",
  "enum",
  "enum64",
  "typedef",
  "int",
  "float",
]);

/** Finds a type by name: `event`, `struct event`, `event_2`. `where` is for messages: `object "exec"`. */
export function findType(btf: Btf, name: string, where: string): TypeId {
  const [, keyword, bare = name] =
    /^(struct|union|enum|typedef) (.*)$/.exec(checkString(name, "name of a type")) ?? [];
  const all = typesOf(btf, bare, keyword);
  const [first] = all;
  if (first === undefined) {
    const numbered = findNumbered(btf, bare, keyword);
    if (numbered !== undefined) return numbered;
    throw new UnknownNameError({ what: "type", wanted: name, known: namesIn(btf) });
  }
  if (all.length === 1) return first.id;
  // The number counts all types with the name, with or without a keyword.
  const described = all.map((type) => describe(btf, type, ownName(btf, type, bare)));
  throw new AmbiguousNameError({ what: "type", wanted: name, where, candidates: described });
}

// The first of several types has no number elsewhere, but needs one here to be selected.
function ownName(btf: Btf, { id }: BtfType, name: string): string {
  const unique = uniqueTypeName(btf, id) ?? name;
  return unique === name ? `${name}_1` : unique;
}

/** Returns a name that only this type has; undefined for a type without a name or without values. */
export function uniqueTypeName(btf: Btf, id: TypeId): string | undefined {
  const type = btf.type(id);
  const name = "name" in type && type.name !== "" ? type.name : btf.resolve(id).name;
  if (name === "") return undefined;
  const all = typesOf(btf, name);
  const target = btf.resolve(id).id;
  const at = all.findIndex((one) => btf.resolve(one.id).id === target);
  return at === -1 ? undefined : numberedNames(btf, name, all.length)[at];
}

/** The different types with a name, in the order of the object. A struct and its typedef count as one type. */
function typesOf(btf: Btf, name: string, keyword?: string): BtfType[] {
  const found = new Map<TypeId, BtfType>();
  for (const type of btf.findAll(name)) {
    if (!hasValues.has(type.kind) || !isOf(type, keyword)) continue;
    const target = btf.resolve(type.id).id;
    if (!found.has(target)) found.set(target, type);
  }
  return [...found.values()];
}

function isOf({ kind }: BtfType, keyword: string | undefined): boolean {
  return keyword === undefined || kind === keyword || (keyword === "enum" && kind === "enum64");
}

function findNumbered(btf: Btf, name: string, keyword: string | undefined): TypeId | undefined {
  const base = /^(.+)_\d+$/.exec(name)?.[1];
  if (base === undefined) return undefined;
  const all = typesOf(btf, base);
  const at = name === `${base}_1` ? 0 : numberedNames(btf, base, all.length).indexOf(name);
  const type = all.length > 1 ? all[at] : undefined;
  return type !== undefined && isOf(type, keyword) ? type.id : undefined;
}

/** Returns `event`, `event_2`, `event_3`, skipping names that other types have in C. */
function numberedNames(btf: Btf, name: string, count: number): string[] {
  const names = count === 0 ? [] : [name];
  for (let n = 2; names.length < count; n++) {
    if (typesOf(btf, `${name}_${n}`).length === 0) names.push(`${name}_${n}`);
  }
  return names;
}

function describe(btf: Btf, { id }: BtfType, name: string): string {
  const type = btf.resolve(id);
  if (type.kind !== "struct" && type.kind !== "union") return `${name} (${type.kind})`;
  const members = type.members.map((member) => member.name).filter((member) => member !== "");
  const more = members.length > 4 ? ", ..." : "";
  return `${name} (${type.kind} of ${type.size} bytes: ${members.slice(0, 4).join(", ")}${more})`;
}

function* namesIn(btf: Btf): Iterable<string> {
  for (const type of btf.types()) {
    if (hasValues.has(type.kind) && "name" in type && type.name !== "") yield type.name;
  }
}
