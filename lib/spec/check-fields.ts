import type { Btf } from "../btf/index.ts";
import { codecOf, type FieldMeanings, fieldsOf, type Layout, layoutOf } from "../codec/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import type { MapSpec } from "./map-spec.ts";
import type { VariableSpec } from "./variable-spec.ts";

/** The parts of an object that have fields. */
interface Fielded {
  readonly maps: Readonly<Record<string, MapSpec>>;
  readonly variables: Readonly<Record<string, VariableSpec>>;
  readonly btf: Btf | undefined;
  readonly sentRecords: { readonly btf: Btf } | undefined;
}

/**
 * Checks that each name of the option `fields` is a field of the object, and that its type can have the meaning.
 *
 * @throws {@link UnknownNameError} for a field that does not exist.
 * @throws {@link InvalidArgumentError} for an unknown meaning, and for a type that cannot have the meaning.
 */
export function checkFields(spec: Fielded, fields: FieldMeanings): void {
  for (const name of Object.keys(fields)) {
    const isKnown = isVariable(spec, name) || isPart(spec, name) || isOfType(spec, name, fields);
    if (!isKnown) throw new UnknownNameError({ what: "field", wanted: name, known: [...knownFields(spec)] });
  }
}

function isVariable({ variables }: Fielded, name: string): boolean {
  if (!Object.hasOwn(variables, name)) return false;
  // Creates the codec, which checks the meaning.
  return variables[name]?.codec !== undefined;
}

/** `hosts.key` and `hosts.value` of a map. */
function isPart({ maps }: Fielded, name: string): boolean {
  const [, mapName, part] = /^(.+)\.(key|value)$/.exec(name) ?? [];
  const map = mapName !== undefined && Object.hasOwn(maps, mapName) ? maps[mapName] : undefined;
  return map !== undefined && (part === "key" ? map.keyCodec : map.valueCodec) !== undefined;
}

/** A typedef, or a member of a struct. */
function isOfType(spec: Fielded, name: string, fields: FieldMeanings): boolean {
  const [first = "", ...path] = name.split(".");
  return btfsOf(spec).some((btf) =>
    btf.findAll(first).some((type) => {
      if (!["struct", "union", "typedef"].includes(type.kind) || btf.resolve(type.id).kind === "fwd")
        return false;
      if (path.length === 0 && type.kind !== "typedef") return false;
      const layout = layoutOf(codecOf(btf, type.id, { fields }));
      return layout !== undefined && hasField(layout, path, true);
    }),
  );
}

/** Below the root, a path leads only through unnamed structs. */
function hasField(layout: Layout, [first, ...rest]: readonly string[], isRoot: boolean): boolean {
  if (first === undefined) return true;
  if (layout.kind === "array") return hasField(layout.element, [first, ...rest], isRoot);
  if (layout.kind !== "record" || (!isRoot && layout.tag !== "")) return false;
  const field = [...fieldsOf(layout.members)].find(({ name }) => name === first);
  return field !== undefined && hasField(field.layout, rest, false);
}

function btfsOf(spec: Fielded): Btf[] {
  if (spec.btf === undefined) return [];
  const sent = spec.sentRecords?.btf;
  return sent === undefined || sent === spec.btf ? [spec.btf] : [spec.btf, sent];
}

function* knownFields(spec: Fielded): Iterable<string> {
  yield* Object.keys(spec.variables);
  for (const [name, map] of Object.entries(spec.maps)) {
    if (map.key !== undefined) yield `${name}.key`;
    if (map.value !== undefined) yield `${name}.value`;
  }
  for (const btf of btfsOf(spec))
    for (const type of btf.types())
      if (type.kind === "struct" || type.kind === "union")
        for (const { name } of type.members) if (name !== "") yield `${type.name}.${name}`;
}
