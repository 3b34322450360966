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
import { type MovableView, moveTo, viewOf } from "../codec/view-of.ts";
import { InvalidArgumentError, RecordError } from "../errors.ts";
import type { MapBase } from "../map/index.ts";
import { recordTypesOf } from "../map/record-types.ts";
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

/** One of several types of record. */
export interface Kinded {
  kind: string;
  value: unknown;
}

/** Reads the records of a ring, by copying them into values or by moving a view over them. */
export interface RecordReader {
  read(memory: DataView, offset: number, end: number): unknown;
  /**
   * Moves a view to the record and answers it: the same one every time, or one for each kind. For a codec that is not
   * of this package it answers what that reads.
   */
  look(memory: DataView, offset: number, end: number): unknown;
  /** The kind of the record that `look` was at last; undefined when there is but one type. */
  readonly kind: string | undefined;
  /**
   * The view that `look` always answers, for whoever moves it by himself, with what a record has to have; undefined when
   * there is no such view.
   */
  readonly view: MovableView | undefined;
  readonly size: number;
  /** After the memory was given up: a RecordView that was kept shows no record. */
  forget(): void;
  tooShort(memory: DataView, offset: number, end: number): RecordError;
}

/**
 * @param source - For messages: `ring buffer "events"`.
 * @throws UnknownNameError, NoBtfError, InvalidArgumentError when the type is not to be found.
 */
export function recordReader(map: MapBase, source: string, options: RecordOptions): RecordReader {
  const { type, types, kind } = options;
  if (types !== undefined || kind !== undefined) {
    if (types === undefined || kind === undefined || type !== undefined)
      throw new InvalidArgumentError(`${source}: "types" and "kind" go together, and not with "type"`);
    return kindsReader(map, source, { types, kind });
  }
  const codec = codecFor(map, source, type);
  return codec === undefined ? bytesReader() : codecReader(source, codec);
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

function kindsReader(map: MapBase, source: string, { types, kind }: RecordKinds): RecordReader {
  const readers = new Map(
    Object.entries(types).map(([name, type]) => [name, codecReader(source, codecFor(map, source, type))]),
  );
  const discriminated = new RecordView();
  const select = (memory: DataView, offset: number, end: number): RecordReader => {
    discriminated[moveTo](memory, offset, end);
    reader.kind = kind(discriminated);
    const found = readers.get(reader.kind);
    if (found === undefined) {
      const problem = `is of kind "${reader.kind}", which "types" does not have`;
      throw new RecordError(source, problem, copyOf(memory, offset, end));
    }
    return found;
  };
  const reader = {
    kind: undefined as string | undefined,
    view: undefined,
    size: 0,
    read(memory: DataView, offset: number, end: number): Kinded {
      const { read } = select(memory, offset, end);
      return { kind: reader.kind as string, value: read(memory, offset, end) };
    },
    look(memory: DataView, offset: number, end: number): unknown {
      return select(memory, offset, end).look(memory, offset, end);
    },
    forget() {
      discriminated.forget();
      for (const { forget } of readers.values()) forget();
    },
    tooShort: noneIsTooShort,
  };
  return reader;
}

function noneIsTooShort(): never {
  throw new Error("any record has room for no bytes");
}

/** The bytes of a record, as memory of their own. */
export function copyOf(memory: DataView, offset: number, end: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + offset, end - offset).slice();
}
