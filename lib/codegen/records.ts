import type { Btf, TypeId } from "../btf/index.ts";
import { UnknownNameError } from "../errors.ts";
import { onlyType } from "../records/index.ts";
import { carriesRecords, type ObjectSpec } from "../spec/index.ts";

/** What `--type` asks for: a type to generate, or the records of one map. */
export interface WantedType {
  name: string;
  /** The ring or perf buffer whose records are of this type. */
  map?: string | undefined;
}

export interface RecordTypes {
  /** The object's types, and those of records that only the debugger's information has. */
  readonly btf: Btf | undefined;
  /** The type of the records, by the map's name. */
  readonly ofMap: ReadonlyMap<string, TypeId>;
  /** Every type that was asked for by name. */
  readonly wanted: readonly TypeId[];
  /** For people: which map's records are of no known type, and what to do about it. */
  readonly notes: readonly string[];
}

/**
 * Finds the types of the records that programs send. In this order: the type that is asked for, the one in the map's
 * definition (newer libbpf), the one that programs are seen to send, the one struct that global pointers lead to, the one
 * struct that a scratch map holds.
 */
export function findRecordTypes(spec: ObjectSpec, wanted: readonly WantedType[]): RecordTypes {
  const buffers = Object.values(spec.maps).filter((map) => carriesRecords(map.type));
  const ofMap = new Map<string, TypeId>();
  const ids: TypeId[] = [];
  for (const { name, map } of wanted) {
    const id = spec.typeId(name);
    ids.push(id);
    if (map === undefined) continue;
    if (!buffers.some((buffer) => buffer.name === map)) {
      throw new UnknownNameError(
        "ring or perf buffer",
        map,
        buffers.map((buffer) => buffer.name),
      );
    }
    ofMap.set(map, id);
  }
  const btf = spec.sentRecords?.btf ?? spec.btf;
  if (btf === undefined) return { btf, ofMap, wanted: ids, notes: [] };
  for (const buffer of buffers) {
    // `__type(value, struct event)`, which libbpf before 1.0 refuses on a ring buffer.
    const own = buffer.record ?? onlyType(spec.sentRecords, buffer.name)?.type;
    if (own !== undefined && !ofMap.has(buffer.name)) ofMap.set(buffer.name, own);
  }

  const open = buffers.filter((buffer) => !ofMap.has(buffer.name));
  const used = new Set(ofMap.values());
  const unbound = wanted.filter(({ map }) => map === undefined).map(({ name }) => spec.typeId(name));
  const candidates = [unbound, pointedTo(spec, btf), scratch(spec, btf)]
    .map((found) => [...new Set(found)].filter((id) => !used.has(id)))
    .find((found) => found.length > 0);
  const [only] = open;
  const [candidate] = candidates ?? [];
  if (only !== undefined && open.length === 1 && candidates?.length === 1 && candidate !== undefined) {
    ofMap.set(only.name, candidate);
    return { btf, ofMap, wanted: ids, notes: [] };
  }
  const { records } = spec;
  const notes = open.map(({ name }) => {
    const sent = records[name];
    const several = sent?.types.map((type) => type.name) ?? [];
    const maybe = several.length > 0 ? several : (sent?.candidates ?? []);
    const names = maybe.length > 0 ? maybe : (candidates ?? []).map((id) => spec.typeName(id) ?? "");
    return advice(name, names, several.length > 0 ? "they are of several types" : sent?.reason);
  });
  return { btf, ofMap, wanted: ids, notes };
}

function advice(map: string, candidates: readonly string[], reason: string | undefined): string {
  const why = reason ?? "the object does not say of what type they are";
  const problem = `the records of "${map}" are bytes: ${why}.`;
  if (candidates.length > 0) {
    return `${problem} Choose with --type ${map}=NAME; the object has ${candidates.join(", ")}`;
  }
  return (
    `${problem} Add a line such as "const struct event *unused __attribute__((unused));" to the C file, ` +
    `or choose with --type ${map}=NAME if the object has it`
  );
}

/** `const struct event *unused __attribute__((unused));` */
function pointedTo(spec: ObjectSpec, btf: Btf): TypeId[] {
  return Object.values(spec.variables).flatMap((variable) => {
    const type = variable.type === undefined ? undefined : btf.resolve(variable.type);
    if (type?.kind !== "ptr") return [];
    const target = btf.resolve(type.type);
    return target.kind === "struct" || target.kind === "union" ? [target.id] : [];
  });
}

/** Records too large for the stack are put together in an array of one. */
function scratch(spec: ObjectSpec, btf: Btf): TypeId[] {
  return Object.values(spec.maps).flatMap((map) => {
    if ((map.type !== "percpu-array" && map.type !== "array") || map.maxEntries !== 1) return [];
    const type = map.value === undefined ? undefined : btf.resolve(map.value);
    return type?.kind === "struct" ? [type.id] : [];
  });
}
