import { EBADMSG } from "../errors/errno.ts";
import { RingCorruptError, SystemError } from "../errors/index.ts";
import type { SKIPPED } from "./failures.ts";

/** Records that one look can find, and that one batch has. */
export const MOST = 1024;

/** Asked after each record: a field, not a function, since it is asked a hundred million times a second. */
export interface Gate {
  /** Whether the handler that was called just now has closed the reader, or ended this reading of it. */
  shut: boolean;
}

/**
 * Where a reader's records come from: a ring in the kernel, of which a stretch was found. What was found stays in the
 * ring until it was handed to somebody; every way of reading takes from here, so that a record is handed out once.
 */
export interface Source<T, Handler> {
  /** Records handed out. */
  readonly count: number;
  /**
   * Makes sure that there is a record to hand out. When there is none, the ring is empty and the next record wakes.
   *
   * @param max - How many are wanted.
   */
  look(max: number): boolean;
  /** Takes one, of which `look` knows. One that cannot be read is taken all the same. */
  take(): T | typeof SKIPPED;
  /**
   * Takes what was found into an array, until that has `max`.
   *
   * @returns False when there are some already and the next cannot be read: the next call throws why.
   */
  collect(into: T[], max: number): boolean;
  /** Hands out up to `most` of what was found, in place. A record counts as handed out before the handler has it. */
  hand(handler: Handler, most: number, gate: Gate): void;
  /** Gives back to the kernel what was handed out, and forgets about the rest that was found: it is found again. */
  settle(): void;
}

/** The error for a negative errno out of the addon. */
export function readError(what: string, status: number): Error {
  if (status === -EBADMSG) return new RingCorruptError({ source: what, errno: EBADMSG });
  return new SystemError(`cannot read ${what}`, { operation: "read record", errno: -status });
}
