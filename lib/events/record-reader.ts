import type { MovableView } from "../codec/index.ts";
import type { RecordError } from "../errors.ts";

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

export function noneIsTooShort(): never {
  throw new Error("any record has room for no bytes");
}

/** The bytes of a record, as memory of their own. */
export function copyOf(memory: DataView, offset: number, end: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + offset, end - offset).slice();
}
