import { checkSignal, countFrom, numberIn, optional, optionsOf, type Schema } from "../arguments/index.ts";

/** Options that all readers have. */
export interface ReaderOptions {
  /**
   * Closes the reader when it is aborted. Loops over the reader then end if the signal is one of `untilInterrupted`, and
   * throw its reason otherwise.
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that reading may go on at a stretch before timers and sockets get their turn; 4 by default. A single
   * call of a handler is never cut short.
   */
  budget?: number | undefined;
}

/** Options of one loop over a reader. */
export interface IterationOptions {
  /**
   * Ends this iteration: without an error if the signal is one of `untilInterrupted`, otherwise by throwing its reason.
   * The reader stays open.
   */
  signal?: AbortSignal | undefined;
}

/** Options of one loop over the batches of a reader. */
export interface BatchOptions extends IterationOptions {
  /** The most records in one batch; 1,024 by default, which is as many as there can be. */
  max?: number | undefined;
}

/** Of the options that all readers have. */
export const readerSchema: Schema<ReaderOptions> = {
  signal: optional(checkSignal),
  budget: optional(numberIn(0, 3_600_000, "milliseconds")),
};
const iteration: Schema<IterationOptions> = { signal: optional(checkSignal) };
export const checkIteration = optionsOf<IterationOptions>(iteration);
export const checkBatches = optionsOf<BatchOptions>({ ...iteration, max: optional(countFrom(1)) });
/** Of records to take. */
export const checkMost = countFrom(0);
