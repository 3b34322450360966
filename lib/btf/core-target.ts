import type { Btf } from "./btf.ts";
import type { CoreRelocation } from "./ext.ts";
import type { BtfComposite, BtfType } from "./types.ts";

/** The type or field of a CO-RE relocation that the kernel's types lack. */
export interface MissingTarget {
  /** The type, field or enumerator in C: `task_struct.no_such_field`. */
  readonly wanted: string;
  /**
   * The names that exist instead: fields of the struct, or enumerators of the enum. Empty if the type itself is
   * missing.
   */
  readonly candidates: readonly string[];
}

// BPF_CORE_* (enum bpf_core_relo_kind).
const kinds = {
  fieldExists: 2,
  typeIdLocal: 6,
  typeExists: 8,
  enumExists: 10,
  enumValue: 11,
  typeMatches: 12,
} as const;

/** Whether a relocation only checks that something exists. Such a relocation never fails. */
export function isExistenceCheck({ kind }: Pick<CoreRelocation, "kind">): boolean {
  return [kinds.fieldExists, kinds.typeExists, kinds.enumExists, kinds.typeMatches].includes(kind as 2);
}

/**
 * Looks up the target of a CO-RE relocation by name in the types of a kernel, as the loader does.
 *
 * @param local - The types of the object.
 * @param target - The types of the kernel.
 * @returns Undefined if the kernel has it.
 */
export function missingTarget(
  local: Btf,
  { type, access, kind }: Omit<CoreRelocation, "offset">,
  target: Btf,
): MissingTarget | undefined {
  if (kind === kinds.typeIdLocal) return undefined;
  const root = local.resolve(type);
  const name = essentialName(nameOf(local, type) ?? nameOf(local, root.id) ?? "");
  if (name === "") return undefined;
  const found = target
    .findAll(name)
    .map(({ id }) => target.resolve(id))
    .filter((each) => each.kind === root.kind);
  if (found.length === 0) return { wanted: `${keyword(root)}${name}`, candidates: [] };
  const indices = access.split(":").map(Number);
  if (kind === kinds.enumExists || kind === kinds.enumValue)
    return missingEnumerator(root, indices, found, name);
  const path = indices.length > 1 ? pathOf(local, root, indices.slice(1)) : [];
  if (path.length === 0) return undefined;
  const misses = found.map((each) => firstMiss(target, each, path));
  const [miss] = misses;
  if (miss === undefined || misses.includes(undefined)) return undefined;
  return { wanted: [name, ...path.slice(0, miss.depth + 1)].join("."), candidates: miss.candidates };
}

/**
 * Returns the part of the kernel's types that a CO-RE relocation needs, in C: `task_struct.mm.pgd`, `enum
 * bpf_func_id.BPF_FUNC_snprintf`.
 *
 * @param local - The types of the object.
 * @returns Undefined if it needs nothing from the kernel.
 */
export function wantedTarget(
  local: Btf,
  { type, access, kind }: Omit<CoreRelocation, "offset">,
): string | undefined {
  if (kind === kinds.typeIdLocal) return undefined;
  const root = local.resolve(type);
  const name = essentialName(nameOf(local, type) ?? nameOf(local, root.id) ?? "");
  if (name === "") return undefined;
  const [index = 0, ...path] = access.split(":").map(Number);
  if (root.kind === "enum" || root.kind === "enum64") {
    const isOfValue = kind === kinds.enumExists || kind === kinds.enumValue;
    const value = isOfValue ? root.values[index]?.name : undefined;
    return value === undefined ? `enum ${name}` : `enum ${name}.${essentialName(value)}`;
  }
  const fields = pathOf(local, root, path);
  return fields.length === 0 ? `${keyword(root)}${name}` : [name, ...fields].join(".");
}

/**
 * Looks up a field in the types of a kernel.
 *
 * @param name - The name of the struct or union.
 * @param path - The names of the fields: `["mm", "pgd"]`.
 * @returns Undefined if the kernel has it.
 */
export function missingField(
  target: Btf,
  kind: "struct" | "union",
  name: string,
  path: readonly string[],
): MissingTarget | undefined {
  const root = target.find(essentialName(name), kind);
  if (root === undefined) return { wanted: `${kind} ${name}`, candidates: [] };
  const miss = firstMiss(target, root, path.map(essentialName));
  return miss && { wanted: [name, ...path.slice(0, miss.depth + 1)].join("."), candidates: miss.candidates };
}

function keyword({ kind }: BtfType): string {
  return kind === "struct" || kind === "union" || kind === "enum" ? `${kind} ` : "";
}

/**
 * Returns the name without its flavor: three underscores and a suffix, by which an object distinguishes variants of a
 * type.
 */
function essentialName(name: string): string {
  return name.replace(/___[^_].*$/s, "");
}

function nameOf(btf: Btf, id: number): string | undefined {
  const type = btf.type(id);
  return "name" in type && type.name !== "" ? type.name : undefined;
}

function missingEnumerator(
  root: BtfType,
  [index = 0]: readonly number[],
  found: readonly BtfType[],
  name: string,
): MissingTarget | undefined {
  if (root.kind !== "enum" && root.kind !== "enum64") return undefined;
  const wanted = essentialName(root.values[index]?.name ?? "");
  const all = found.flatMap((each) => ("values" in each ? each.values.map((value) => value.name) : []));
  return all.includes(wanted) ? undefined : { wanted: `${wanted} of enum ${name}`, candidates: all };
}

/** The names of the fields that an access goes through; without unnamed fields and array indices. */
function pathOf(btf: Btf, root: BtfType, indices: readonly number[]): string[] {
  const names: string[] = [];
  let type = root;
  for (const index of indices) {
    if (type.kind === "array") {
      type = btf.resolve(type.type);
      continue;
    }
    const member = isComposite(type) ? type.members[index] : undefined;
    if (member === undefined) break;
    if (member.name !== "") names.push(essentialName(member.name));
    type = btf.resolve(member.type);
  }
  return names;
}

function firstMiss(
  btf: Btf,
  root: BtfType,
  path: readonly string[],
): { depth: number; candidates: string[] } | undefined {
  let type = root;
  for (const [depth, name] of path.entries()) {
    while (type.kind === "array") type = btf.resolve(type.type);
    const fields = isComposite(type) ? fieldsOf(btf, type) : new Map<string, number>();
    const next = fields.get(name);
    if (next === undefined) return { depth, candidates: [...fields.keys()] };
    type = btf.resolve(next);
  }
  return undefined;
}

/** The types of the fields by name, including the fields of unnamed structs and unions. */
function fieldsOf(btf: Btf, { members }: BtfComposite): Map<string, number> {
  const fields = new Map<string, number>();
  for (const { name, type } of members) {
    if (name !== "") fields.set(name, type);
    const inner = name === "" ? btf.resolve(type) : undefined;
    if (inner !== undefined && isComposite(inner))
      for (const [field, id] of fieldsOf(btf, inner)) fields.set(field, id);
  }
  return fields;
}

function isComposite(type: BtfType): type is BtfComposite {
  return type.kind === "struct" || type.kind === "union";
}
