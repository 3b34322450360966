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
  /**
   * Opens a reader for several types of records: `{ kind, value }`. It has its own descriptor, so the map can be closed
   * before it. The caller closes the reader.
   *
   * @throws {@link InvalidArgumentError} for a map of another type, or one that is read by another RingBuf of this process.
   * @throws {@link UnknownNameError} when the object has no type of that name, {@link NoBtfError} when it has no types.
   * @throws {@link PermissionError} when user space may not map the ring.
   * @throws {@link ClosedError} when the map is closed, and the reason of a signal that is aborted already.
   */
  new <const Types extends RecordKinds["types"]>(
    map: ReadableBy<"RingBuf">,
    options: Omit<RingBufOptions, keyof Kinds<Types>> & Kinds<Types>,
  ): RingBufReader<RecordsOf<Types>>;
  /** Opens a reader for records that a codec decodes. Errors are the same. */
  new <T>(map: ReadableBy<"RingBuf">, options: RingBufOptions & ByCodec<T>): RingBufReader<T>;
  /** Opens a reader for records of the type in the definition of the map, or that its programs send. */
  new <T>(map: RingBufMap<T>, options?: RingBufOptions & ByMap): RingBufReader<T>;
  /** Opens a reader for records of a type that is given by its C name, or for bytes. */
  // biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
  new <T = any>(map: ReadableBy<"RingBuf">, options?: RingBufOptions): RingBufReader<T>;
}

/** The constructor of {@link PerfBuf}. */
export interface PerfBufClass {
  /** The prototype of all readers. */
  // biome-ignore lint/suspicious/noExplicitAny: for records of any type
  readonly prototype: PerfBufReader<any>;
  /**
   * Opens a reader for several types of records: `{ kind, value }`. It has its own descriptor, so the map can be closed
   * before it. The caller closes the reader.
   *
   * @throws {@link InvalidArgumentError} for a map of another type, or options that exclude each other.
   * @throws {@link UnknownNameError} when the object has no type of that name, {@link NoBtfError} when it has no types.
   * @throws {@link PermissionError} without CAP_PERFMON.
   * @throws {@link ClosedError} when the map is closed, and the reason of a signal that is aborted already.
   */
  new <const Types extends RecordKinds["types"]>(
    map: ReadableBy<"PerfBuf">,
    options: Omit<PerfBufOptions, keyof Kinds<Types>> & Kinds<Types>,
  ): PerfBufReader<RecordsOf<Types>>;
  /** Opens a reader for records that a codec decodes. Errors are the same. */
  new <T>(map: ReadableBy<"PerfBuf">, options: PerfBufOptions & ByCodec<T>): PerfBufReader<T>;
  /** Opens a reader for records of the type in the definition of the map, or that its programs send. */
  new <T>(map: PerfEventArray<T>, options?: PerfBufOptions & ByMap): PerfBufReader<T>;
  /** Opens a reader for records of a type that is given by its C name, or for bytes. */
  // biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
  new <T = any>(map: ReadableBy<"PerfBuf">, options?: PerfBufOptions): PerfBufReader<T>;
}

/** The type of a reader. The constructor has the documentation. @hidden */
// biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
export type RingBuf<T = any> = RingBufReader<T>;
/**
 * Reads a ring buffer that programs write to.
 *
 * Records stay in the ring until the reader returns them, so a slow reader needs no memory. When the ring is full,
 * bpf_ringbuf_reserve returns NULL to the program. Unread records stay for the next reader. All readers of a thread
 * share one poller.
 *
 * A ring has one reader at a time, in all threads and processes. A second one of this process is refused.
 *
 * @since Linux 5.8
 *
 * @example
 * ```ts
 * using events = new RingBuf(coll.maps.events, { type: "event" });
 * for await (const event of events) console.log(event.pid, event.comm);
 * ```
 *
 * @class
 */
export const RingBuf: RingBufClass = RingBufReader;

/** The type of a reader. The constructor has the documentation. @hidden */
// biome-ignore lint/suspicious/noExplicitAny: see RecordsOf
export type PerfBuf<T = any> = PerfBufReader<T>;
/**
 * Reads records that programs send with bpf_perf_event_output. Each online CPU has a ring. Records of one CPU are in
 * order, records of different CPUs are not. Since Linux 5.8, prefer a ring buffer.
 *
 * The kernel pads a record so that its size plus a header of 12 bytes is a multiple of 8. Without a type, the bytes
 * include the padding. Unread records stay in the ring, as with {@link RingBuf}, except in overwritable rings.
 *
 * Programs send to the reader that was opened last. On a CPU that comes online after that, bpf_perf_event_output fails
 * until a reader is opened again.
 *
 * @since Linux 4.4
 *
 * @example
 * ```ts
 * using events = new PerfBuf(coll.maps.events, { type: "event" });
 * for await (const event of events) {
 *   if (event.type === "lost") console.warn(`${event.lost} records lost on CPU ${event.cpu}`);
 *   else console.log(event.cpu, event.value.pid);
 * }
 * ```
 *
 * @class
 */
export const PerfBuf: PerfBufClass = PerfBufReader;
