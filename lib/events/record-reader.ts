import type { PlacedView, ViewPlace } from "../codec/index.ts";
import type { Failures } from "./failures.ts";

/** Reads the records of a ring as values or as views of the memory. */
export interface RecordReader {
  /** Returns the record as a value. `failures` determines the result for an unreadable record. */
  read(memory: DataView, offset: number, end: number): unknown;
  /**
   * Moves a view to the record and returns it. Each kind has one view, and further views for records that are shorter
   * than their type. For a user-defined codec, returns a value.
   */
  look(memory: DataView, offset: number, end: number): unknown;
  /** The kind of the last record of `look`; undefined with a single type. */
  readonly kind: string | undefined;
  /**
   * The view that `look` returns for every record of `size` bytes or more. The caller can also move it itself, by `place`.
   * Undefined when there is none.
   */
  readonly view: PlacedView | undefined;
  readonly place: ViewPlace;
  readonly size: number;
  readonly failures: Failures;
  /** Empties the views. Call it before the memory is released. */
  forget(): void;
}

/** Returns a copy of the bytes of a record. */
export function copyOf(memory: DataView, offset: number, end: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + offset, end - offset).slice();
}
