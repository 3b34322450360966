import { numberIn, optional, type Schema } from "../arguments/index.ts";

/** Options for watching how full a ring is. */
export interface LevelOptions {
  /**
   * The share of the ring, from 0 to 1, above which the reader warns once with `process.emitWarning`: when the unread
   * bytes stay above it for one second. Records may be lost soon then. Default: no warning.
   */
  warnAbove?: number | undefined;
}

export const levelSchema: Schema<LevelOptions> = { warnAbove: optional(numberIn(0, 1, "share of the ring")) };

/** Milliseconds. */
const PATIENCE = 1000;

/** Tracks how full a ring is. */
export class RingLevel {
  readonly #what: string;
  readonly #size: number;
  readonly #mark: number;
  #highest = 0;
  /** The time at which the level rose above the mark; 0 while it is below. */
  #since = 0;
  #hasWarned = false;

  /** @param what - For messages. */
  constructor(what: string, size: number, { warnAbove = Number.POSITIVE_INFINITY }: LevelOptions) {
    this.#what = what;
    this.#size = size;
    this.#mark = warnAbove * size;
  }

  /** The highest number of unread bytes. */
  get highest(): number {
    return this.#highest;
  }

  /** @param waiting - Bytes. */
  see(waiting: number): void {
    if (waiting > this.#highest) this.#highest = waiting;
    if (waiting <= this.#mark) this.#since = 0;
    else if (!this.#hasWarned) this.#warn(waiting);
  }

  #warn(waiting: number): void {
    const now = performance.now();
    if (this.#since === 0) this.#since = now;
    if (now - this.#since < PATIENCE) return;
    this.#hasWarned = true;
    const percent = Math.round((100 * waiting) / this.#size);
    process.emitWarning(
      `${this.#what} is ${percent}% full, and has been above ${Math.round((100 * this.#mark) / this.#size)}% for a second: ` +
        "records are lost when it is full. Read faster, or make the ring larger",
      { type: "EbpfWarning", code: "EBPF_RING_FILLING" },
    );
  }
}
