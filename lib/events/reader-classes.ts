import type { Codec } from "../codec/index.ts";
import type { PerfEventArray, ReadableBy, RingBufMap } from "../map/index.ts";
import type { NoErrors } from "./failures.ts";
import { type PerfBufOptions, PerfBuf as PerfBufReader } from "./perf-buf.ts";
import type { RecordKinds } from "./record-type.ts";
import type { RecordView } from "./record-view.ts";
import { type RingBufOptions, RingBuf as RingBufReader } from "./ring-buf.ts";

// A class cannot give one of its constructors type parameters of its own, and the records of `{ types, kind }` need one.
// The classes are therefore exported with these types of their constructors.

// biome-ignore lint/suspicious/noExplicitAny: only the C code shows the type that a name refers to
type ReadBy<Type> = Type extends { read(...args: never[]): infer T } ? T : any;

/** The records of a reader with several types: `{ kind, value }` for each. A type that is given by name is `any`. */
export type RecordsOf<Types extends RecordKinds["types"]> = {
  [Kind in keyof Types & string]: {
    /** The name of the type in `types`. */
    kind: Kind;
    /** The record. */
    value: ReadBy<Types[Kind]>;
  };
}[keyof Types & string];

/** Options that give several types of records. */
export interface Kinds<Types extends RecordKinds["types"]> extends NoErrors {
  /** Excluded by `types`. */
  type?: undefined;
  /** The types of the records by their kind: C names in the object of the map, or codecs. */
  types: Types;
  /** Returns the kind of a record, as a name in `types`. */
  kind(record: RecordView): string;
}

/** Options that leave the type of the records to the map. */
interface ByMap extends NoErrors {
  type?: undefined;
  types?: undefined;
}

/** Options that give the type of the records as a codec. */
interface ByCodec<T> extends NoErrors {
  // biome-ignore lint/suspicious/noExplicitAny: T is the type that is read, not the type that can be written
  type: Codec<T, any>;
}

/** The constructor of {@link RingBuf}. */
export interface RingBufClass {
  /** The prototype of all readers. */
  // biome-ignore lint/suspicious/noExplicitAny: for records of any type
  readonly prototype: RingBufReader<any>;
  new <const Types extends RecordKinds["types"]>(
    map: ReadableBy<"RingBuf">,
    options: Omit<RingBufOptions, keyof Kinds<Types>> & Kinds<Types>,
  ): RingBufReader<RecordsOf<Types>>;
  new <T>(map: ReadableBy<"RingBuf">, options: RingBufOptions & ByCodec<T>): RingBufReader<T>;
  new <T>(map: RingBufMap<T>, options?: RingBufOptions & ByMap): RingBufReader<T>;
  // biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
  new <T = any>(map: ReadableBy<"RingBuf">, options?: RingBufOptions): RingBufReader<T>;
}

/** The constructor of {@link PerfBuf}. */
export interface PerfBufClass {
  /** The prototype of all readers. */
  // biome-ignore lint/suspicious/noExplicitAny: for records of any type
  readonly prototype: PerfBufReader<any>;
  new <const Types extends RecordKinds["types"]>(
    map: ReadableBy<"PerfBuf">,
    options: Omit<PerfBufOptions, keyof Kinds<Types>> & Kinds<Types>,
  ): PerfBufReader<RecordsOf<Types>>;
  new <T>(map: ReadableBy<"PerfBuf">, options: PerfBufOptions & ByCodec<T>): PerfBufReader<T>;
  new <T>(map: PerfEventArray<T>, options?: PerfBufOptions & ByMap): PerfBufReader<T>;
  // biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
  new <T = any>(map: ReadableBy<"PerfBuf">, options?: PerfBufOptions): PerfBufReader<T>;
}

/** Reads records of a ring buffer. */
// biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
export type RingBuf<T = any> = RingBufReader<T>;
/** Reads records of a ring buffer. */
export const RingBuf: RingBufClass = RingBufReader;

/** Reads records of a perf event array. */
// biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
export type PerfBuf<T = any> = PerfBufReader<T>;
/** Reads records of a perf event array. */
export const PerfBuf: PerfBufClass = PerfBufReader;
