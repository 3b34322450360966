import { moveTo } from "../codec/view-of.ts";
import { InvalidArgumentError, RecordError } from "../errors/index.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { SKIPPED } from "./failures.ts";
import { checkHandler, type ViewOf } from "./handler.ts";
import type { RecordReader } from "./record-reader.ts";
import { littleEndian } from "./record-view.ts";
import { type Gate, MOST, type RecordSource, readError } from "./source.ts";

/** A record that a program sent. */
export interface PerfSample<T> {
  /** Distinguishes records from losses. */
  type: "sample";
  /** The CPU that the program ran on. */
  cpu: number;
  /** The record. */
  value: T;
}

/** A number of records that programs could not send because the ring of a CPU was full. */
export interface PerfLost {
  /** Distinguishes records from losses. */
  type: "lost";
  /** The CPU whose ring was full. */
  cpu: number;
  /** The number of records that were lost. */
  lost: number;
}

/** An element of {@link PerfBuf}: a record, or a number of lost records. */
export type PerfEvent<T> = PerfSample<T> | PerfLost;

/** @param record - Undefined when records were lost, `lost` of them. */
export type PerfHandler<T> = (record: ViewOf<T> | undefined, cpu: number, lost: number) => void;

// The size of a record has 16 bits, so every record fits.
const COPIES = 256 * 1024;
// native/perf_buffer.cc
const LOST = 1;
const COPIED = 2;
const RING = 4 * MOST;

// An import is looked up in a cell on each use. A local constant is a constant to the compiler.
const move: typeof moveTo = moveTo;

/** The records of a perf buffer, read from the ring of one CPU at a time: native/perf_buffer.h. */
export class PerfRecords<T> implements RecordSource<PerfEvent<T>, PerfHandler<T>> {
  readonly #what: string;
  readonly #native: Native = native();
  readonly #handle: Handle;
  readonly #bytesPerCpu: number;
  readonly #overwritable: boolean;
  readonly #types: RecordReader;
  /** Copies of records: of those that wrap around the end of their ring, or of all if rings are not read in place. */
  readonly #copies: DataView;
  readonly #rings: readonly DataView[];
  /** The ring that the found records are from. */
  #memory: DataView;
  /** [ offset, length, cpu, kind ] of each. */
  readonly #index: Int32Array;
  /** The number of found records that were returned. */
  #at = 0;
  #found = 0;
  #count = 0;
  #lost = 0;

  /** @param what - For messages. */
  constructor(
    what: string,
    handle: Handle,
    rings: { count: number; size: number },
    overwritable: boolean,
    types: RecordReader,
  ) {
    this.#what = what;
    this.#handle = handle;
    this.#bytesPerCpu = rings.size;
    this.#overwritable = overwritable;
    this.#types = types;
    this.#copies = new DataView(this.#native.perfCopied(handle, COPIES));
    this.#memory = this.#copies;
    this.#rings = Array.from({ length: rings.count }, (_, ring) => {
      const buffer = this.#native.perfMapped(handle, ring);
      return buffer === undefined ? this.#copies : new DataView(buffer);
    });
    this.#index = new Int32Array(this.#native.perfIndex(handle));
  }

  /** Records that were not of their type. */
  get errors(): number {
    return this.#types.failures.count;
  }

  get count(): number {
    return this.#count + this.#at;
  }

  /** Lost records that the kernel has reported. */
  get lost(): number {
    return this.#lost;
  }

  look(max: number): boolean {
    if (this.#at < this.#found) return true;
    if (this.#overwritable)
      throw new InvalidArgumentError(`${this.#what} is overwritable`, { remedy: "Read it with snapshot()" });
    const found = this.#next(max < MOST ? max : MOST);
    if (found < 0) throw readError(this.#what, found);
    this.#found = found;
    return found > 0;
  }

  take(): PerfEvent<T> | typeof SKIPPED {
    return this.#read(this.#at++);
  }

  collect(into: PerfEvent<T>[], max: number): boolean {
    const last = Math.min(this.#found, this.#at + max - into.length);
    while (this.#at < last) {
      try {
        const event = this.#read(this.#at++);
        if (event !== SKIPPED) into.push(event);
      } catch (error) {
        if (into.length === 0) throw error;
        if (error instanceof RecordError) this.#types.failures.putBack();
        this.#at--;
        return false;
      }
    }
    return true;
  }

  hand(handler: PerfHandler<T>, most: number, gate: Gate): void {
    const ring = this.#memory;
    const copies = this.#copies;
    const index = this.#index;
    const types = this.#types;
    const { view, size } = types;
    const call = handler as (record: unknown, cpu: number, lost: number) => unknown;
    const last = Math.min(this.#found, this.#at + most);
    for (let i = this.#at; i < last; ) {
      const offset = index[4 * i] as number;
      const length = index[4 * i + 1] as number;
      const end = (offset + length) | 0;
      const cpu = index[4 * i + 2] as number;
      const kind = index[4 * i + 3] as number;
      const memory = (kind & COPIED) === 0 ? ring : copies;
      this.#at = ++i;
      let result: unknown;
      if ((kind & LOST) !== 0) result = call(undefined, cpu, this.#countLost(memory, offset));
      else if (view !== undefined && length >= size) {
        view[move](memory, offset, end);
        result = call(view, cpu, 0);
      } else {
        const record = types.look(memory, offset, end);
        if (record === SKIPPED) continue;
        result = call(record, cpu, 0);
      }
      if (result !== undefined) checkHandler(result);
      if (gate.shut) return;
    }
  }

  settle(): void {
    if (this.#found > 0) this.#next(0);
  }

  /** The records of one overwritable and paused ring, newest first. */
  snapshot(ring: number): PerfSample<T>[] {
    const samples: PerfSample<T>[] = [];
    for (let begin = true; ; begin = false) {
      const found = this.#native.perfSnapshot(this.#handle, ring, begin);
      if (found <= 0) return samples;
      for (let i = 0; i < found; i++) {
        const event = this.#read(i);
        if (event !== SKIPPED && event.type === "sample") samples.push(event);
      }
    }
  }

  #next(max: number): number {
    // At most a quarter of a ring, to free space for programs.
    const found = this.#native.perfNext(this.#handle, this.#at, max, this.#bytesPerCpu / 4);
    this.#count += this.#at;
    this.#at = 0;
    this.#found = 0;
    this.#memory = this.#rings[this.#index[RING] as number] as DataView;
    return found;
  }

  #read(i: number): PerfEvent<T> | typeof SKIPPED {
    const index = this.#index;
    const offset = index[4 * i] as number;
    const end = offset + (index[4 * i + 1] as number);
    const cpu = index[4 * i + 2] as number;
    const kind = index[4 * i + 3] as number;
    const memory = (kind & COPIED) === 0 ? this.#memory : this.#copies;
    if ((kind & LOST) !== 0) return { type: "lost", cpu, lost: this.#countLost(memory, offset) };
    const value = this.#types.read(memory, offset, end);
    return value === SKIPPED ? SKIPPED : { type: "sample", cpu, value: value as T };
  }

  #countLost(memory: DataView, offset: number): number {
    const lost = Number(memory.getBigUint64(offset, littleEndian));
    this.#lost += lost;
    return lost;
  }
}
