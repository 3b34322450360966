import { choiceOf, optional, type Schema } from "../arguments/index.ts";
import type { RecordError } from "../errors/index.ts";

/** What becomes of a record that cannot be read as its type. */
export interface FailureOptions {
  /**
   * What a record becomes that is not of its type, for example too short: an error that is thrown (`throw`, the default), a
   * RecordError in place of the record (`yield`), or nothing (`skip`). In each case it is taken out of the buffer and counted,
   * and the records behind it are read as usual. With `yield`, say so in the type of the reader:
   * `new RingBuf<Event | RecordError>(…)`.
   */
  onError?: "throw" | "yield" | "skip" | undefined;
}

/** Where the type of the records says nothing of errors in their place. */
export interface NoErrors {
  /** As in {@link FailureOptions}, without `yield`. */
  onError?: "throw" | "skip" | undefined;
}

export const failureSchema: Schema<FailureOptions> = {
  onError: optional(choiceOf({ throw: "throw", yield: "yield", skip: "skip" } as const)),
};

/** In place of a record that is passed over. */
export const SKIPPED: unique symbol = Symbol("skipped");

/** Counts the records of one reader that are not of their type, and decides what becomes of them. */
export class Failures {
  readonly #policy: "throw" | "yield" | "skip";
  #count = 0;
  #last: unknown = SKIPPED;

  constructor({ onError = "throw" }: FailureOptions) {
    this.#policy = onError;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether it is what `handle` answered last. */
  isLast(answer: unknown): boolean {
    return answer === this.#last;
  }

  /** Answers what stands for the record, or throws. */
  handle(error: RecordError): unknown {
    this.#count++;
    if (this.#policy === "throw") throw error;
    if (this.#policy === "yield") this.#last = error;
    return this.#last;
  }

  /** The record was put back, and will fail again. */
  putBack(): void {
    this.#count--;
  }
}
