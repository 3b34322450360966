import type { Btf, TypeId } from "../btf/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import { type BufferRecords, onlyType } from "../records/index.ts";
import {
  carriesRecords,
  type KnownRecordKinds,
  LOGS,
  type ObjectSpec,
  recordKinds,
  type SentRecord,
} from "../spec/index.ts";

/** A request of `--type`: a type to generate, or the record type of one map. */
export interface WantedType {
  /** The name of a struct, union, enum or typedef in the BTF or debug information of the object. */
  name: string;
  /** The ring or perf buffer whose records have this type. */
  map?: string | undefined;
}

export interface LoaderRecords {
  /** The types of the object, and record types that only the debug information has. */
  readonly btf: Btf | undefined;
  /** The record type by map name. */
  readonly ofMap: ReadonlyMap<string, TypeId>;
  /** The record types of maps with several types, by map name. */
  readonly kindsOf: ReadonlyMap<string, KnownRecordKinds>;
  /** All types that the user requested by name. */
  readonly wanted: readonly TypeId[];
  /** Notes about maps whose record type is unknown, with a remedy. */
  readonly notes: readonly string[];
}

/**
 * Finds the types of the records that programs send. In this order: the requested type, the type in the map definition
 * (newer libbpf), the type that programs provably send, the only struct that global pointers point to, the only struct
 * that a scratch map contains.
 */
export function findRecordTypes(spec: ObjectSpec, wanted: readonly WantedType[]): LoaderRecords {
  const buffers = Object.values(spec.maps).filter((map) => carriesRecords(map.type));
  const ofMap = new Map<string, TypeId>();
  const ids: TypeId[] = [];
  for (const { name, map } of wanted) {
    const id = spec.typeId(name);
    ids.push(id);
    if (map === undefined) continue;
    if (!buffers.some((buffer) => buffer.name === map)) {
      throw new UnknownNameError({
        what: "ring or perf buffer",
        wanted: map,
        known: buffers.map((buffer) => buffer.name),
      });
    }
    ofMap.set(map, id);
  }
  const sent = spec.sentRecords;
  const btf = sent?.btf ?? spec.btf;
  const kindsOf = new Map<string, KnownRecordKinds>();
  const found = { btf, ofMap, kindsOf, wanted: ids };
  if (btf === undefined) return { ...found, notes: [] };
  for (const buffer of buffers) {
    if (ofMap.has(buffer.name)) continue;
    // `__type(value, struct event)`, which libbpf before 1.0 refuses on a ring buffer.
    const own = buffer.record ?? onlyType(sent, buffer.name)?.type;
    const records = sent?.buffers.get(buffer.name);
    const kinds = records && recordKinds(records, buffer.type, btf);
    if (own !== undefined) ofMap.set(buffer.name, own);
    else if (kinds !== undefined) kindsOf.set(buffer.name, kinds);
  }

  const open = buffers.filter(({ name }) => !ofMap.has(name) && !kindsOf.has(name));
  const kinds = [...kindsOf.values()].flatMap(({ types }) => [...types.values()]);
  const used = new Set([...ofMap.values(), ...kinds]);
  const unbound = wanted.filter(({ map }) => map === undefined).map(({ name }) => spec.typeId(name));
  const [asked, hinted, held] = [unbound, pointedTo(spec, btf), scratch(spec, btf)].map((ids) =>
    [...new Set(ids)].filter((id) => !used.has(id)),
  ) as [TypeId[], TypeId[], TypeId[]];
  const [only, another] = open;
  if (only !== undefined && another === undefined) {
    const records = sent?.buffers.get(only.name);
    const possible = [
      asked,
      // The records that programs send take precedence.
      hinted.filter((id) => records === undefined || mayBe(records, id)),
      records === undefined ? held : [],
    ].find((ids) => ids.length > 0);
    const [candidate, other] = possible ?? [];
    if (candidate !== undefined && other === undefined) {
      ofMap.set(only.name, candidate);
      return { ...found, notes: [] };
    }
  }
  const { records } = spec;
  const guesses = [asked, hinted, held].find((ids) => ids.length > 0) ?? [];
  const notes = open.flatMap(({ name }) => {
    if (name === LOGS) return [];
    const { types = [], candidates = [], reason } = records[name] ?? {};
    if (types.length > 0) return severalTypes(name, types);
    const names = candidates.length > 0 ? candidates : guesses.map((id) => spec.typeName(id) ?? "");
    return advice(name, names, reason);
  });
  return { ...found, notes };
}

function mayBe({ types, candidates }: BufferRecords, id: TypeId): boolean {
  if (types.length > 0) return false;
  return candidates.length === 0 || candidates.includes(id);
}

function severalTypes(map: string, types: readonly SentRecord[]): string {
  const sent = types.map(({ name, lines }) => (lines.length === 0 ? name : `${name} (${lines.join(", ")})`));
  return (
    `the records of "${map}" are bytes: they have several types, and no value that programs store distinguishes ` +
    `them: ${sent.join(", ")}. Pass "types" and "kind" to the reader, or choose one with --type ${map}=NAME`
  );
}

function advice(map: string, candidates: readonly string[], reason: string | undefined): string {
  const why = reason ?? "the object does not declare their type";
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

/** Programs build records that are too large for the stack in an array of one element. */
function scratch(spec: ObjectSpec, btf: Btf): TypeId[] {
  return Object.values(spec.maps).flatMap((map) => {
    if ((map.type !== "percpu-array" && map.type !== "array") || map.maxEntries !== 1) return [];
    const type = map.value === undefined ? undefined : btf.resolve(map.value);
    return type?.kind === "struct" ? [type.id] : [];
  });
}
