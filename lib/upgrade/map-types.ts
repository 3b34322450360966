import type { Btf, TypeId } from "../btf/index.ts";
import { codecOf, layoutOf } from "../codec/index.ts";
import type { Field, Layout, RecordLayout } from "../codec/layout.ts";
import { BtfError } from "../errors/index.ts";
import { type MapBase, mapBtf } from "../map/index.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";

/** The types of the keys and values of a map. Undefined where BTF does not have them. */
export interface MapTypes {
  readonly key: Layout | undefined;
  readonly value: Layout | undefined;
}

/** The types of a map of an object. Those of a data section are a record of its variables. */
export function typesOfSpec(object: ObjectSpec, map: MapSpec): MapTypes {
  const { btf } = object;
  if (btf === undefined) return { key: undefined, value: undefined };
  if (map.dataSection === undefined) return { key: layout(btf, map.key), value: layout(btf, map.value) };
  const variables = Object.values(object.variables).filter((variable) => variable.map === map.name);
  const fields = variables.map(({ cName, offset, type }) => field(cName, offset, layout(btf, type)));
  return { key: undefined, value: section(map.name, map.valueSize, fields) };
}

/** The types that the kernel has for a map. */
export function typesOfMap(map: MapBase): MapTypes {
  const found = mapBtf(map);
  if (found === undefined) return { key: undefined, value: undefined };
  const { btf, key, value } = found;
  const type = value === undefined ? undefined : btf.type(value);
  if (type?.kind !== "datasec") return { key: layout(btf, key), value: layout(btf, value) };
  const fields = type.vars.map(({ type: id, offset }) => {
    const variable = btf.type(id);
    return field("name" in variable ? variable.name : "", offset, layout(btf, id));
  });
  return { key: undefined, value: section(map.name, map.valueSize, fields) };
}

function layout(btf: Btf, type: TypeId | undefined): Layout | undefined {
  if (type === undefined) return undefined;
  try {
    return layoutOf(codecOf(btf, type));
  } catch (error) {
    // A type without values, such as a struct that is only declared.
    if (error instanceof BtfError) return undefined;
    throw error;
  }
}

function field(name: string, offset: number, type: Layout | undefined): Field | undefined {
  return type && { kind: "field", name, offset, layout: type, kept: false };
}

/** Undefined if the type of one of the variables is unknown. */
function section(
  name: string,
  size: number,
  fields: readonly (Field | undefined)[],
): RecordLayout | undefined {
  const members = fields.filter((each) => each !== undefined).sort((a, b) => a.offset - b.offset);
  if (members.length < fields.length) return undefined;
  // Linked files can have static variables of one name.
  const seen = new Map<string, number>();
  const unique = members.map((member) => {
    const count = (seen.get(member.name) ?? 0) + 1;
    seen.set(member.name, count);
    return count === 1 ? member : { ...member, name: `${member.name}_${count}` };
  });
  return { kind: "record", of: "struct", size, name, tag: name, members: unique, tail: false };
}
