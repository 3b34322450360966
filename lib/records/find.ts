import type { Btf, TypeId } from "../btf/index.ts";
import { Dwarf, DwarfTypes } from "../dwarf/index.ts";
import type { ElfFile } from "../elf/index.ts";
import { AsmError, DwarfError } from "../errors/index.ts";
import { type Candidate, type Choice, choose } from "./candidates.ts";
import { Code } from "./code.ts";
import { type Discriminator, findDiscriminator } from "./discriminator.ts";
import { Interpreter } from "./interpreter.ts";
import { Locals } from "./locals.ts";
import { isMemberStore, NamedStores } from "./named-stores.ts";
import { Observations } from "./observations.ts";
import { Parameters } from "./parameters.ts";
import { type Send, Sends } from "./sends.ts";
import { SourceLines } from "./source-lines.ts";
import type { Thing } from "./tracked-value.ts";

/** The facts about an object from its BTF. */
export interface Known {
  readonly elf: ElfFile;
  /** The objects from which this one was linked. They have the debug information that a linker drops. */
  readonly parts: readonly ElfFile[];
  readonly btf: Btf;
  /** The type of the values of a map. Undefined if its definition does not give it. */
  valueOf(map: string): TypeId | undefined;
  /**
   * Whether programs can send through a map with helpers of a kind. The verifier removes code that never runs, such as
   * the choice between a ring buffer and a perf buffer, and refuses all other code that uses another map.
   */
  accepts(map: string, through: Send["through"]): boolean;
  /** The initial inner maps of a map of maps; empty for any other map. */
  mapsIn(map: string): readonly string[];
  /** The variable at an offset of a data section, and the offset from its start in bytes. */
  variableAt(section: string, offset: number): { type: TypeId; offset: number } | undefined;
  /** The functions that are loaded as programs. */
  readonly programs: ReadonlySet<string>;
}

/** A type of record and the places that send it. */
export interface SentType {
  readonly type: TypeId;
  /** The size of the type in bytes. */
  readonly size: number;
  /** The source lines, for example `execsnoop.bpf.c:117`. Empty if the object has no line information. */
  readonly lines: readonly string[];
}

/** The records of one buffer. */
export interface BufferRecords {
  /** The types of the records. Empty if no type is certain. */
  readonly types: readonly SentType[];
  /** The rule that distinguishes several types. Undefined for one type, or if there is no such rule. */
  readonly discriminator: Discriminator | undefined;
  /** The candidates, if `types` is empty. */
  readonly candidates: readonly TypeId[];
  /** The reason, if `types` is empty. Empty if the object sends nothing through the buffer. */
  readonly reason: string;
}

export interface FoundRecords {
  /** The object's BTF with the types that only DWARF contains. */
  readonly btf: Btf;
  /** The records by map name. */
  readonly buffers: ReadonlyMap<string, BufferRecords>;
}

// The number of instructions. Nearly all programs need less than a tenth; the limit takes a few seconds.
const BUDGET = 400_000;

/**
 * Finds the types of the records that the programs of an object send, from their instructions, BTF and DWARF. It tracks
 * the arguments of the helpers and the types of the variables that contain the records.
 *
 * If a type is not certain, it returns candidates instead.
 */
export function findRecords(known: Known): FoundRecords {
  const { elf, btf } = known;
  let code: Code;
  let dwarf: Dwarf | undefined;
  try {
    code = new Code(elf);
    dwarf = readDwarf(elf, known.parts);
  } catch (error) {
    if (error instanceof AsmError) return { btf, buffers: new Map() };
    throw error;
  }
  const locals = new Locals(dwarf, code);
  const lines = new SourceLines(elf, btf, code, locals);
  const stores = new NamedStores(code);
  const observations = new Observations(locals, new Parameters(elf, btf, code), btf);
  const sends = new Sends((frame, state) => {
    observations.watch(frame, state);
    stores.watch(frame, state);
  });
  const interpreter = new Interpreter(code, sends, BUDGET);
  for (const one of code.functions) if (known.programs.has(one.name)) interpreter.runProgram(one);

  const types = new DwarfTypes(btf);
  const all = sends.all.filter(
    ({ maps, through }) => maps.size === 0 || [...maps].some((map) => known.accepts(map, through)),
  );
  const evaluated = all.map((send) => {
    const candidates = candidatesOf(send, known, locals, observations, types);
    const named = send.data.flatMap(({ to }) => stores.of(to, lines, locals, types));
    return { send, candidates, named };
  });
  const { extended } = types;
  const byMap = new Map<string, { send: Send; choice: Choice }[]>();
  for (const { send, candidates, named } of evaluated) {
    for (const store of named)
      if (isMemberStore(store, extended)) candidates.push({ type: store.type, offset: 0, source: "named" });
    const choice = choose(candidates, send.size, extended);
    for (const map of new Set([...send.maps].flatMap((one) => [one, ...known.mapsIn(one)])))
      byMap.set(map, [...(byMap.get(map) ?? []), { send, choice }]);
  }
  const isUnknown = all.some(({ maps }) => maps.size === 0);
  const buffers = new Map<string, BufferRecords>();
  for (const [map, all] of byMap) {
    const doubt = !interpreter.isComplete
      ? "its programs are too long to analyse"
      : isUnknown
        ? "a program sends through a map that depends on data"
        : undefined;
    buffers.set(map, recordsOf(all, doubt, extended, lines));
  }
  return { btf: extended, buffers };
}

/** Returns undefined without DWARF or for unsupported DWARF such as split DWARF. BTF then has part of the types. */
function readDwarf(elf: ElfFile, parts: readonly ElfFile[]): Dwarf | undefined {
  try {
    const dwarf = Dwarf.of(elf) ?? Dwarf.ofLinked(parts, elf);
    void dwarf?.functions;
    return dwarf;
  } catch (error) {
    if (error instanceof DwarfError) return undefined;
    throw error;
  }
}

function candidatesOf(
  send: Send,
  known: Known,
  locals: Locals,
  observations: Observations,
  types: DwarfTypes,
): Candidate[] {
  const found: Candidate[] = [];
  for (const { to, offset, array } of send.data) {
    if (offset === undefined) {
      const element = array === undefined ? undefined : elementAt(known, to, array, send.size);
      if (element !== undefined) found.push({ type: element, offset: 0, source: "variable" });
      continue;
    }
    if (to.kind === "frame") {
      const place = send.places[to.depth];
      for (const { variable, offset: start } of place === undefined
        ? []
        : locals.inFrame(place.section, place.slot))
        found.push({ type: types.idOf(variable.type), offset: offset - start, source: "variable" });
    } else if (to.kind === "map-value") {
      const type = known.valueOf(to.map);
      if (type !== undefined) found.push({ type, offset, source: "map-value" });
    } else if (to.kind === "data") {
      const variable = known.variableAt(to.section, offset);
      if (variable !== undefined) found.push({ ...variable, source: "variable" });
    }
    if (to.kind === "record" && send.size !== undefined)
      for (const { section, slot } of send.places)
        for (const type of locals.targetsInScope(section, slot, send.size))
          found.push({ type: types.idOf(type), offset, source: "declared" });
    for (const seen of observations.of(to))
      found.push({
        type: typeof seen.type === "number" ? seen.type : types.idOf(seen.type),
        offset: offset - seen.offset,
        source: "pointer",
      });
  }
  return found;
}

/** The type of the elements of a global array, if they have a size in bytes: `events[cpu]`. */
function elementAt(
  { btf, variableAt }: Known,
  to: Thing,
  offset: number,
  size: number | undefined,
): TypeId | undefined {
  const variable = to.kind === "data" ? variableAt(to.section, offset) : undefined;
  if (variable?.offset !== 0) return undefined;
  const array = btf.resolve(variable.type);
  // Of an array of one element, the address can be that of its neighbour: the compiler subtracts constants early.
  if (array.kind !== "array" || array.length < 2) return undefined;
  return btf.sizeof(array.type) === size ? array.type : undefined;
}

function recordsOf(
  all: readonly { send: Send; choice: Choice }[],
  doubt: string | undefined,
  btf: Btf,
  lines: SourceLines,
): BufferRecords {
  const candidates = [...new Set(all.flatMap(({ choice }) => choice.candidates))];
  const uncertain = all.find(({ choice }) => choice.type === undefined);
  if (doubt !== undefined || uncertain !== undefined) {
    const at = uncertain && lines.nameOf(uncertain.send.places);
    const where = at === undefined ? "" : ` at ${at}`;
    const what =
      candidates.length > 1
        ? "may be of several types"
        : candidates.length === 1
          ? "may be of one type, but nothing confirms it"
          : "have a type that the object does not name";
    return {
      types: [],
      discriminator: undefined,
      candidates,
      reason: doubt ?? `the records sent${where} ${what}`,
    };
  }
  const byType = new Map<TypeId, { send: Send }[]>();
  for (const { send, choice } of all) {
    const type = choice.type as TypeId;
    byType.set(type, [...(byType.get(type) ?? []), { send }]);
  }
  const types = [...byType].map(([type, sent]) => ({
    type,
    size: btf.sizeof(type),
    lines: [...new Set(sent.flatMap(({ send }) => lines.nameOf(send.places) ?? []))],
  }));
  const discriminator = types.length > 1 ? findDiscriminator(byType, btf) : undefined;
  return { types, discriminator, candidates: [], reason: "" };
}
