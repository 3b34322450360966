import { EBADMSG } from "../errors/errno.ts";
import { RingCorruptError, SystemError } from "../errors/index.ts";
import type { SKIPPED } from "./failures.ts";

/** The maximum number of records of one look at the ring and of one batch. */
export const MOST = 1024;

/** More records than any stretch can have. */
export const MANY = 2 ** 30;

/**
 * A flag that is read after each record. It is a field and not a function, because it is read up to 100 million times a
 * second.
 */
export interface Gate {
  /** Whether the handler has closed the reader or ended this iteration. */
  shut: boolean;
}

/**
 * The source of a reader's records: a stretch of records that was found in a ring. Records stay in the ring until they
 * are returned. All methods of reading use this source, so each record is returned once.
 */
export interface RecordSource<T, Handler> {
  /** The number of returned records. */
  readonly count: number;
  /**
   * Finds records. When there is none, the ring is empty and the next record wakes the reader.
   *
   * @param max - The number of records that are wanted.
   */
  look(max: number): boolean;
  /** Takes one found record. An unreadable record is also consumed. */
  take(): T | typeof SKIPPED;
  /**
   * Takes found records until the array has `max`.
   *
   * @returns False when the array has records and the next one is unreadable: the next call throws the error.
   */
  collect(into: T[], max: number): boolean;
  /** Calls the handler with up to `most` found records, as views. A record counts as returned before the call. */
  hand(handler: Handler, most: number, gate: Gate): void;
  /** Returns the space of returned records to the kernel. Other found records will be found again. */
  settle(): void;
}

/** Creates the error for a negative errno of the addon. */
export function readError(what: string, status: number): Error {
  if (status === -EBADMSG) return new RingCorruptError({ source: what, errno: EBADMSG });
  return new SystemError(`cannot read ${what}`, { operation: "read record", errno: -status });
}
