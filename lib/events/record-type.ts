import {
  type Check,
  checkFunction,
  instanceOf,
  optional,
  type Schema,
  unchecked,
} from "../arguments/index.ts";
import type { Codec } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { moveTo, viewOf } from "../codec/view-of.ts";
import { InvalidArgumentError, RecordError } from "../errors.ts";
import type { MapBase } from "../map/index.ts";
import { recordTypesOf } from "../map/record-types.ts";
import { kindOf, kindsReader, ruleReader } from "./record-kinds.ts";
import { copyOf, noneIsTooShort, type RecordReader } from "./record-reader.ts";
import { littleEndian, RecordView } from "./record-view.ts";

/** How a type of record is named: by its C name in the object that the map is from, or by a codec. */
// biome-ignore lint/suspicious/noExplicitAny: a codec of any type is to fit
export type RecordType = string | Codec<any>;

/** Records of several types in one ring. */
export interface RecordKinds {
  /** The types, by names that you choose. */
  types: Readonly<Record<string, RecordType>>;
  /**
   * Says which of `types` a record is of, by looking at it. A record for which it answers none of them is a
   * RecordError.
   */
  kind(record: RecordView): string;
}

export interface RecordOptions {
  type?: RecordType | undefined;
  types?: RecordKinds["types"] | undefined;
  kind?: RecordKinds["kind"] | undefined;
}

/** Of the options that say what records are; what they name is looked up by recordReader. */
export const recordSchema: Schema<RecordOptions> = {
  type: unchecked,
  types: optional(instanceOf(Object, "an object of record types") as Check<RecordKinds["types"]>),
  kind: optional(checkFunction),
};

/**
 * @param source - For messages: `ring buffer "events"`.
 * @throws UnknownNameError, NoBtfError, InvalidArgumentError when the type is not to be found.
 */
export function recordReader(map: MapBase, source: string, options: RecordOptions): RecordReader {
  const { type, types, kind } = options;
  if (types !== undefined || kind !== undefined) {
    if (types === undefined || kind === undefined || type !== undefined)
      throw new InvalidArgumentError(`${source}: "types" and "kind" go together, and not with "type"`);
    return kindsReader(source, readersOf(map, source, types), kindOf(kind));
  }
  const codec = codecFor(map, source, type);
  if (codec !== undefined) return codecReader(source, codec);
  const sent = recordTypesOf(map)?.kinds;
  if (sent === undefined) return bytesReader();
  return kindsReader(source, readersOf(map, source, sent.types), ruleReader(source, sent.rule));
}

function readersOf(map: MapBase, source: string, types: RecordKinds["types"]): Map<string, RecordReader> {
  return new Map(
    Object.entries(types).map(([name, type]) => [name, codecReader(source, codecFor(map, source, type))]),
  );
}

/** Undefined when no type is given and the map's definition names none. */
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
      throw new InvalidArgumentError(`${source}: a record type is a name or a codec`);
    return type;
  }
  const types = recordTypesOf(map);
  if (types === undefined)
    throw new InvalidArgumentError(
      `${source}: no type "${type}" is known, since the map is from no object that was loaded here`,
      "Give a codec",
    );
  return types.find(type);
}

function bytesReader(): RecordReader {
  const view = new RecordView();
  return {
    kind: undefined,
    view,
    size: 0,
    read: copyOf,
    look(memory, offset, end) {
      view[moveTo](memory, offset, end);
      return view;
    },
    forget: () => view.forget(),
    tooShort: noneIsTooShort,
  };
}

function codecReader(source: string, given: Codec<unknown>): RecordReader {
  const { size } = given;
  const view = viewOf(given, littleEndian);
  const codec = isolated(given);
  const tooShort = (memory: DataView, offset: number, end: number): RecordError => {
    const problem = `has ${end - offset} bytes, ${codec.name} has ${size}`;
    return new RecordError(source, problem, copyOf(memory, offset, end));
  };
  return {
    kind: undefined,
    view,
    size,
    read(memory, offset, end) {
      if (end - offset < size) throw tooShort(memory, offset, end);
      return codec.read(memory, offset, end);
    },
    look(memory, offset, end) {
      if (end - offset < size) throw tooShort(memory, offset, end);
      if (view === undefined) return codec.read(memory, offset, end);
      view[moveTo](memory, offset, end);
      return view;
    },
    forget() {},
    tooShort,
  };
}
