import { choiceOf, optional, type Schema } from "../arguments/index.ts";
import type { RecordError } from "../errors/index.ts";

/** The treatment of a record that cannot be read as its type. */
export interface FailureOptions {
  /**
   * The treatment of a record that does not have its type, for example because it is too short. `throw` throws a
   * {@link RecordError}, `yield` returns the error in place of the record, `skip` omits the record. In each case the
   * record is consumed and counted, and reading continues with the next one. Default `throw`. With `yield`, the type of
   * the reader is `new RingBuf<Event | RecordError>(…)`.
   */
  onError?: "throw" | "yield" | "skip" | undefined;
}

/** The options of readers whose record type does not include errors. */
export interface NoErrors {
  /** As in {@link FailureOptions}, without `yield`. */
  onError?: "throw" | "skip" | undefined;
}

export const failureSchema: Schema<FailureOptions> = {
  onError: optional(choiceOf({ throw: "throw", yield: "yield", skip: "skip" } as const)),
};

/** The substitute for a skipped record. */
export const SKIPPED: unique symbol = Symbol("skipped");

/** Counts the unreadable records of one reader and applies `onError`. */
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

  /** Whether this is the last result of `handle`. */
  isLast(answer: unknown): boolean {
    return answer === this.#last;
  }

  /** Returns the substitute of the record, or throws. */
  handle(error: RecordError): unknown {
    this.#count++;
    if (this.#policy === "throw") throw error;
    if (this.#policy === "yield") this.#last = error;
    return this.#last;
  }

  /** Reverts the count of a record that was put back and will fail again. */
  putBack(): void {
    this.#count--;
  }
}
