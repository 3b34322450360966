import {
  type Check,
  checkFunction,
  instanceOf,
  optional,
  type Schema,
  unchecked,
} from "../arguments/index.ts";
import { type Codec, codecFrom, type Description, ViewPlace } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { viewClassOf } from "../codec/view-of.ts";
import { InvalidArgumentError, RecordError } from "../errors/index.ts";
import type { MapBase } from "../map/index.ts";
import { recordTypesOf } from "../map/record-types.ts";
import { type FailureOptions, Failures, failureSchema } from "./failures.ts";
import { kindOf, kindsReader, ruleReader } from "./kinds-reader.ts";
import { copyOf, type RecordReader } from "./record-reader.ts";
import { littleEndian, RecordView } from "./record-view.ts";
import { shortRecords } from "./short-records.ts";

/** A type of records: a C name in the object of the map, a codec, or for a map without an object a description ("u32"). */
// biome-ignore lint/suspicious/noExplicitAny: accepts a codec of any type
export type RecordType = string | Codec<any>;

/** Several types of records in one ring. */
export interface RecordKinds {
  /** The types by names of your choice. */
  types: Readonly<Record<string, RecordType>>;
  /**
   * Returns the name in `types` of a record's type. Another result makes the record a {@link RecordError}.
   */
  kind(record: RecordView): string;
}

export interface RecordOptions extends FailureOptions {
  type?: RecordType | undefined;
  types?: RecordKinds["types"] | undefined;
  kind?: RecordKinds["kind"] | undefined;
}

/** The checks of the options that select record types. recordReader resolves the names. */
export const recordSchema: Schema<RecordOptions> = {
  ...failureSchema,
  type: unchecked,
  types: optional(instanceOf(Object, "an object of record types") as Check<RecordKinds["types"]>),
  kind: optional(checkFunction),
};

/**
 * @param source - For messages: `ring buffer "events"`.
 * @throws {@link UnknownNameError}, {@link NoBtfError}, {@link InvalidArgumentError} when the type does not exist.
 */
export function recordReader(map: MapBase, source: string, options: RecordOptions): RecordReader {
  const { type, types, kind } = options;
  const failures = new Failures(options);
  if (types !== undefined || kind !== undefined) {
    if (types === undefined || kind === undefined || type !== undefined)
      throw new InvalidArgumentError(`options of ${source}: expected "type", or "types" and "kind"`);
    return kindsReader(source, readersOf(map, source, types, failures), kindOf(kind), failures);
  }
  const codec = codecFor(map, source, type);
  if (codec !== undefined) return codecReader(source, codec, failures);
  const sent = recordTypesOf(map)?.kinds;
  if (sent === undefined) return bytesReader(failures);
  const readers = readersOf(map, source, sent.types, failures);
  return kindsReader(source, readers, ruleReader(source, sent.rule), failures);
}

function readersOf(
  map: MapBase,
  source: string,
  types: RecordKinds["types"],
  failures: Failures,
): Map<string, RecordReader> {
  return new Map(
    Object.entries(types).map(([name, type]) => [
      name,
      codecReader(source, codecFor(map, source, type), failures),
    ]),
  );
}

/** Returns undefined without a type in the options and in the map's definition. */
export function codecFor<Type extends RecordType | undefined>(
  map: MapBase,
  source: string,
  type: Type,
): Codec<unknown> | (undefined extends Type ? undefined : never);
export function codecFor(
  map: MapBase,
  source: string,
  type: RecordType | undefined,
): Codec<unknown> | undefined {
  if (type === undefined) return recordTypesOf(map)?.declared;
  if (typeof type !== "string") {
    if (typeof type?.read !== "function")
      throw new InvalidArgumentError(`record type of ${source}: expected a name or a codec`);
    return type;
  }
  const types = recordTypesOf(map);
  return types === undefined ? describedType(type, source) : types.find(type);
}

/** Without an object, C names are unknown. Descriptions such as "u32" and "u8[6]" need no object. */
function describedType(type: string, source: string): Codec<unknown> {
  try {
    return codecFrom(type as Description);
  } catch (cause) {
    throw new InvalidArgumentError(
      `${source}: cannot find type "${type}", because the map does not belong to an object that this process loaded`,
      { remedy: 'Pass a codec, or a description such as "u32"', cause },
    );
  }
}

function bytesReader(failures: Failures): RecordReader {
  const place = new ViewPlace();
  const view = new RecordView(place);
  return {
    kind: undefined,
    view,
    place,
    size: 0,
    read: copyOf,
    look(memory, offset, end) {
      place.move(memory, offset, end);
      return view;
    },
    forget: () => place.clear(),
    failures,
  };
}

function codecReader(source: string, given: Codec<unknown>, failures: Failures): RecordReader {
  const { size } = given;
  const place = new ViewPlace();
  const View = viewClassOf(given, littleEndian);
  const view = View && new View(place);
  const codec = isolated(given);
  const short = shortRecords(codec, View);
  const tooShort = (memory: DataView, offset: number, end: number): unknown => {
    const needed = short === undefined ? "" : `, of which ${short.least} are needed`;
    const problem = `has ${end - offset} bytes, ${codec.name} has ${size}${needed}`;
    return failures.handle(new RecordError(problem, { source, bytes: copyOf(memory, offset, end) }));
  };
  return {
    kind: undefined,
    view,
    place,
    size,
    failures,
    read(memory, offset, end) {
      if (end - offset >= size) return codec.read(memory, offset, end);
      if (short === undefined || end - offset < short.least) return tooShort(memory, offset, end);
      return short.read(memory, offset, end);
    },
    look(memory, offset, end) {
      if (end - offset < size) {
        if (short === undefined || end - offset < short.least) return tooShort(memory, offset, end);
        return short.look(memory, offset, end);
      }
      if (view === undefined) return codec.read(memory, offset, end);
      place.move(memory, offset, end);
      return view;
    },
    forget: () => short?.forget(),
  };
}
