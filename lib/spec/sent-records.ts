import type { Btf, TypeId } from "../btf/index.ts";
import type { RecordRule } from "../codec/index.ts";
import { ElfFile } from "../elf/index.ts";
import { EbpfError } from "../errors/index.ts";
import { type BufferRecords, type FoundRecords, findRecords } from "../records/index.ts";
import { uniqueTypeName } from "./find-type.ts";
import { carriesRecords, type MapType } from "./map-types.ts";
import type { ObjectDefinition } from "./read/read-object.ts";
import { recordKinds } from "./record-kinds.ts";
import { LOGS } from "./record-type.ts";

/** A type of record that programs send, with its name in C. */
export interface SentRecord {
  /** In C: `event`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The lines that send it: `execsnoop.bpf.c:117`. Empty when the object has no line information. */
  readonly lines: readonly string[];
}

/** Information about the records that programs send through a ring or perf buffer. */
export interface SentRecords {
  /** Empty when no type is certain. */
  readonly types: readonly SentRecord[];
  /** The possible types of the records, when none is certain. */
  readonly candidates: readonly string[];
  /** The reason why no type is certain. */
  readonly reason: string | undefined;
  /** The rule that distinguishes several types. Undefined for a single type, or if there is no rule. */
  readonly rule: RecordRule | undefined;
}

const bufferOf = { ring: "ringbuf", perf: "perf-event-array", "user-ring": "user-ringbuf" } as const;

const found = new WeakMap<ObjectDefinition, FoundRecords>();

/**
 * Finds the records that the programs of an object send, by interpreting the programs. Cached for all specs of the
 * object.
 *
 * @returns Undefined for an object without BTF, or without buffers.
 */
export function findSentRecords(definition: ObjectDefinition): FoundRecords | undefined {
  const { btf, maps, programs, variables, bytes, linkedFrom = [] } = definition;
  if (btf === undefined || !maps.some(({ type, inner }) => carriesRecords(inner?.type ?? type)))
    return undefined;
  let records = found.get(definition);
  if (records === undefined) {
    const byName = new Map(maps.map((map) => [map.name, map]));
    const names = new Set(programs.map(({ name }) => name));
    try {
      records = findRecords({
        elf: new ElfFile(bytes),
        parts: linkedFrom.map((part) => new ElfFile(part)),
        btf,
        programs: names,
        valueOf(name) {
          const map = byName.get(name);
          return map?.inner === undefined ? map?.value : map.inner.value;
        },
        accepts(name, through) {
          const map = byName.get(name);
          const type = map?.inner?.type ?? map?.type;
          return type === undefined || !carriesRecords(type) || type === bufferOf[through];
        },
        mapsIn(name) {
          const map = byName.get(name);
          return map?.inner === undefined ? [] : map.slots.map((slot) => slot.name);
        },
        variableAt(section, offset) {
          const variable = variables.find(
            (one) => one.section === section && one.offset <= offset && offset < one.offset + one.size,
          );
          if (variable?.type === undefined) return undefined;
          return { type: variable.type, offset: offset - variable.offset };
        },
      });
    } catch (error) {
      // Malformed BTF, DWARF or instructions are reported elsewhere. Here the records are bytes.
      if (!(error instanceof EbpfError)) throw error;
      records = { btf, buffers: new Map() };
    }
    found.set(definition, records);
  }
  return records;
}

/** The records of one buffer. @param name - The name of the map. */
export function describeRecords(
  name: string,
  records: BufferRecords,
  buffer: MapType,
  btf: Btf,
): SentRecords {
  if (name === LOGS)
    return {
      types: [],
      candidates: [],
      reason: "logs of ebpf/log.bpf.h: bpfLogs reads them",
      rule: undefined,
    };
  const { types, candidates, reason } = records;
  const nameOf = (type: TypeId): string => uniqueTypeName(btf, type) ?? btf.resolve(type).kind;
  return {
    types: types.map(({ type, size, lines }) => ({ name: nameOf(type), size, lines })),
    candidates: candidates.map(nameOf),
    reason: types.length > 0 ? undefined : reason,
    rule: recordKinds(records, buffer, btf)?.rule,
  };
}
