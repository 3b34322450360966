import { checkSignal, countFrom, numberIn, optional, optionsOf, type Schema } from "../arguments/index.ts";

/** Options that all readers have. */
export interface ReaderOptions {
  /**
   * Closes the reader when it is aborted. Loops over the reader then end if it is a signal of `untilInterrupted`, and
   * throw its reason otherwise. Default: none.
   */
  signal?: AbortSignal | undefined;
  /**
   * The time in milliseconds after which reading lets timers and sockets run. It does not interrupt a call of a handler.
   * Default 4.
   */
  budget?: number | undefined;
}

/** Options of one loop over a reader. */
export interface IterationOptions {
  /**
   * Ends this iteration when it is aborted: without an error if it is a signal of `untilInterrupted`, otherwise by
   * throwing its reason. The reader stays open. Default: none.
   */
  signal?: AbortSignal | undefined;
}

/** Options of one loop over the batches of a reader. */
export interface BatchOptions extends IterationOptions {
  /** The maximum number of records in one batch, at most 1024. Default 1024. */
  max?: number | undefined;
}

/** The checks of {@link ReaderOptions}. */
export const readerSchema: Schema<ReaderOptions> = {
  signal: optional(checkSignal),
  budget: optional(numberIn(0, 3_600_000, "milliseconds")),
};
const iteration: Schema<IterationOptions> = { signal: optional(checkSignal) };
export const checkIteration = optionsOf<IterationOptions>(iteration);
export const checkBatches = optionsOf<BatchOptions>({ ...iteration, max: optional(countFrom(1)) });
/** Checks a number of records to take. */
export const checkMost = countFrom(0);
