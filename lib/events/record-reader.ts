import type { MovableView } from "../codec/index.ts";
import type { Failures } from "./failures.ts";

/** Reads the records of a ring, by copying them into values or by moving a view over them. */
export interface RecordReader {
  /** What it answers for a record that is not of its type is up to `failures`: as `look` does. */
  read(memory: DataView, offset: number, end: number): unknown;
  /**
   * Moves a view to the record and answers it: the same one every time, or one for each kind, and others for records that
   * are shorter than their type. For a codec that is not of this package it answers what that reads.
   */
  look(memory: DataView, offset: number, end: number): unknown;
  /** The kind of the record that `look` was at last; undefined when there is but one type. */
  readonly kind: string | undefined;
  /**
   * The view that `look` answers for every record of `size` bytes or more, so that the caller can move it; undefined when
   * there is no such view.
   */
  readonly view: MovableView | undefined;
  readonly size: number;
  readonly failures: Failures;
  /** After the memory was given up: a RecordView that was kept shows no record. */
  forget(): void;
}

/** The bytes of a record, as memory of their own. */
export function copyOf(memory: DataView, offset: number, end: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + offset, end - offset).slice();
}
