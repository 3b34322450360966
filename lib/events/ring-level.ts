import { numberIn, optional, type Schema } from "../arguments/index.ts";

/** Options for watching how full a ring is. */
export interface LevelOptions {
  /**
   * Warns by `process.emitWarning`, once, when more than this share of the ring waits to be read, from 0 to 1, whenever
   * the reader looks within one second. Records are lost soon then. By default it does not warn.
   */
  warnAbove?: number | undefined;
}

export const levelSchema: Schema<LevelOptions> = { warnAbove: optional(numberIn(0, 1, "share of the ring")) };

/** Milliseconds. */
const PATIENCE = 1000;

/** Watches how full a ring is, each time that it is looked at. */
export class RingLevel {
  readonly #what: string;
  readonly #size: number;
  readonly #mark: number;
  #highest = 0;
  /** When it rose above the mark; 0 while it is below. */
  #since = 0;
  #hasWarned = false;

  /** @param what - For messages. */
  constructor(what: string, size: number, { warnAbove = Number.POSITIVE_INFINITY }: LevelOptions) {
    this.#what = what;
    this.#size = size;
    this.#mark = warnAbove * size;
  }

  /** The most bytes that waited. */
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
