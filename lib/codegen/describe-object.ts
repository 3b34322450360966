import { instanceOf } from "../arguments/index.ts";
import { Layouts } from "../codec/layout-of.ts";
import { type MapSpec, ObjectSpec, type VariableSpec } from "../spec/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: a spec of any names
export const checkSpec = instanceOf(ObjectSpec<any>, "a CollectionSpec or ObjectSpec");

/** The contents of an object and their C types as plain data for other programs. */
export function describeObject(spec: ObjectSpec): unknown {
  checkSpec(spec, "spec of describeObject");
  const typeName = typeNamer(spec);
  return {
    name: spec.name,
    byteOrder: spec.littleEndian ? "little" : "big",
    license: spec.license,
    maps: Object.entries(spec.maps).map(([name, map]) => ({
      name,
      ...describeMap(map, typeName),
      records: spec.records[name],
    })),
    programs: Object.entries(spec.programs).map(([name, program]) => ({
      name,
      section: program.section,
      type: program.type,
      attachType: program.attachType,
      attachTo: program.attachTo,
      sleepable: program.sleepable,
      autoload: program.autoload,
      instructions: program.instructionCount,
    })),
    variables: Object.entries(spec.variables).map(([name, variable]) => ({
      name,
      ...describeVariable(variable, typeName),
    })),
    kconfig: Object.keys(spec.kconfig),
    ksyms: Object.keys(spec.ksyms),
  };
}

type TypeNamer = (id: number | undefined) => string | undefined;

function typeNamer({ btf }: ObjectSpec): TypeNamer {
  const layouts = btf && new Layouts(btf);
  return (id) => {
    if (id === undefined || btf === undefined || layouts === undefined) return undefined;
    const { kind } = btf.resolve(id);
    const hasValues = kind !== "void" && kind !== "fwd" && kind !== "func" && kind !== "func-proto";
    return hasValues ? layouts.of(id).name : undefined;
  };
}

function describeMap(map: MapSpec, typeName: TypeNamer): object {
  return {
    type: map.type,
    key: typeName(map.key),
    value: map.dataSection === undefined ? typeName(map.value) : undefined,
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    flags: map.flags,
    pinning: map.pinning,
    inner: map.inner && describeMap(map.inner, typeName),
  };
}

function describeVariable(variable: VariableSpec, typeName: TypeNamer): object {
  const { section, offset, size, constant } = variable;
  return { section, offset, size, type: typeName(variable.type), constant };
}
