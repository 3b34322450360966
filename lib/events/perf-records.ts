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

/** The records of a perf buffer. They are copied from the ring of one CPU at a time: native/perf_buffer.h. */
export class PerfRecords<T> implements RecordSource<PerfEvent<T>, PerfHandler<T>> {
  readonly #what: string;
  readonly #native: Native = native();
  readonly #handle: Handle;
  readonly #bytesPerCpu: number;
  readonly #overwritable: boolean;
  readonly #types: RecordReader;
  readonly #memory: DataView;
  /** [ offset, length, cpu, kind ] of each. */
  readonly #index: Int32Array;
  /** The number of found records that were returned. */
  #at = 0;
  #found = 0;
  #count = 0;
  #lost = 0;

  /** @param what - For messages. */
  constructor(what: string, handle: Handle, bytesPerCpu: number, overwritable: boolean, types: RecordReader) {
    this.#what = what;
    this.#handle = handle;
    this.#bytesPerCpu = bytesPerCpu;
    this.#overwritable = overwritable;
    this.#types = types;
    this.#memory = new DataView(this.#native.perfCopied(handle, COPIES));
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
    const memory = this.#memory;
    const index = this.#index;
    const types = this.#types;
    const call = handler as (record: unknown, cpu: number, lost: number) => unknown;
    const last = Math.min(this.#found, this.#at + most);
    for (let i = this.#at; i < last; ) {
      const offset = index[4 * i] as number;
      const end = offset + (index[4 * i + 1] as number);
      const cpu = index[4 * i + 2] as number;
      const kind = index[4 * i + 3];
      this.#at = ++i;
      let result: unknown;
      if (kind === LOST) result = call(undefined, cpu, this.#countLost(offset));
      else {
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
    return found;
  }

  #read(i: number): PerfEvent<T> | typeof SKIPPED {
    const index = this.#index;
    const offset = index[4 * i] as number;
    const end = offset + (index[4 * i + 1] as number);
    const cpu = index[4 * i + 2] as number;
    if (index[4 * i + 3] === LOST) return { type: "lost", cpu, lost: this.#countLost(offset) };
    const value = this.#types.read(this.#memory, offset, end);
    return value === SKIPPED ? SKIPPED : { type: "sample", cpu, value: value as T };
  }

  #countLost(offset: number): number {
    const lost = Number(this.#memory.getBigUint64(offset, littleEndian));
    this.#lost += lost;
    return lost;
  }
}
