import { InvalidArgumentError, RecordError } from "../errors/index.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { SKIPPED } from "./failures.ts";
import { checkHandler, type ViewOf } from "./handler.ts";
import type { RecordReader } from "./record-reader.ts";
import { littleEndian } from "./record-view.ts";
import { type Gate, MANY as MANY_RECORDS, type RecordSource, readError } from "./source.ts";

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

// linux/perf_event.h: struct perf_event_header { u32 type; u16 misc; u16 size; }
const HEADER = 8;
const LOST = 2;
const SAMPLE = 9;
/** The size in bytes of the part of a sample before its data: the header, and the size of the data. */
const SAMPLE_HEADER = 12;
/** The size in bytes of the part of a report of lost records before their number: the header, and an ID. */
const LOST_HEADER = 16;
/** A number that is larger than the size of any stretch. */
const TOO_LARGE = 2 ** 30;

// An import is looked up in a cell on each use. A local constant is a constant to the compiler.
const MANY: number = MANY_RECORDS;
const isLittle: boolean = littleEndian;

/** Reads the records of a perf buffer, one CPU's ring at a time. See native/perf_buffer.h. */
export class PerfRecords<T> implements RecordSource<PerfEvent<T>, PerfHandler<T>> {
  readonly #what: string;
  readonly #native: Native = native();
  readonly #handle: Handle;
  readonly #overwritable: boolean;
  readonly #types: RecordReader;
  readonly #ringSize: number;
  /**
   * Copies of records: of one that wraps around the end of its ring, or of all records of rings that are not read in
   * place.
   */
  #copies: Memory;
  readonly #rings: readonly Memory[];
  /** The place of the found records: [ offset, ring, cpu, whether they are copies ]. */
  readonly #found: Uint32Array;
  /** The memory and the CPU of the found records. */
  #memory: Memory;
  #cpu = 0;
  // The stretch that was found, as offsets into the memory: its start, the next record, the point at which the space of
  // read records is returned to programs, and its end.
  #start = 0;
  #at = 0;
  #turn = 0;
  #end = 0;
  /** The records of the stretch that were returned. */
  #taken = 0;
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
    this.#ringSize = rings.size;
    this.#overwritable = overwritable;
    this.#types = types;
    this.#copies = memoryOf(this.#native.perfCopied(handle, overwritable ? HEADER : COPIES));
    this.#memory = this.#copies;
    this.#rings = Array.from({ length: rings.count }, (_, ring) => {
      const buffer = this.#native.perfMapped(handle, ring);
      return buffer === undefined ? this.#copies : memoryOf(buffer);
    });
    this.#found = new Uint32Array(this.#native.perfStart(handle));
  }

  /** The number of records that did not fit their type. */
  get errors(): number {
    return this.#types.failures.count;
  }

  get count(): number {
    return this.#count + this.#taken;
  }

  /** Lost records that the kernel has reported. */
  get lost(): number {
    return this.#lost;
  }

  look(): boolean {
    if (this.#overwritable)
      throw new InvalidArgumentError(`${this.#what} is overwritable`, { remedy: "Read it with snapshot()" });
    for (;;) {
      for (; this.#at < this.#turn; this.#at += this.#size()) {
        if (!this.#isWhole()) break;
        if (this.#isEvent()) return true;
      }
      if (!this.#find()) return false;
    }
  }

  take(): PerfEvent<T> | typeof SKIPPED {
    const at = this.#at;
    this.#at += this.#size();
    this.#taken++;
    return this.#read(at);
  }

  collect(into: PerfEvent<T>[], max: number): boolean {
    for (; into.length < max && this.#at < this.#turn; this.#at += this.#size()) {
      if (!this.#isWhole()) this.#turn = this.#at;
      if (this.#at >= this.#turn) break;
      if (!this.#isEvent()) continue;
      try {
        const event = this.#read(this.#at);
        if (event !== SKIPPED) into.push(event);
      } catch (error) {
        if (into.length > 0) {
          if (error instanceof RecordError) this.#types.failures.putBack();
          return false;
        }
        this.#at += this.#size();
        this.#taken++;
        throw error;
      }
      this.#taken++;
    }
    return true;
  }

  hand(handler: PerfHandler<T>, most: number, gate: Gate): void {
    const { bytes, words } = this.#memory;
    const types = this.#types;
    const { view, place, size } = types;
    const call = handler as (record: unknown, cpu: number, lost: number) => unknown;
    const cpu = this.#cpu;
    const turn = this.#turn;
    const stretchEnd = this.#end;
    // This loop is limited by the number of instructions, as that of RingRecords.
    place.memory = bytes;
    let at = this.#at;
    let taken = this.#taken;
    let word = -1;
    let own = TOO_LARGE;
    let isComplete = false;
    const last = (most < MANY ? taken + most : MANY) | 0;
    try {
      while (at < turn && taken < last) {
        const index = at >> 2;
        // Consecutive records usually have the same size.
        if (words[index + 1] !== word) {
          word = words[index + 1] as number;
          // Not sizeIn, because V8 checks in each round that a function is still the one that it inlined.
          own = isLittle ? word >>> 16 : word & 0xffff;
          isComplete = view !== undefined && own >= size + SAMPLE_HEADER;
          if ((own & 7) !== 0 || own < HEADER) own = TOO_LARGE;
        }
        const next = (at + own) | 0;
        if (next > stretchEnd) {
          this.#turn = at;
          break;
        }
        const offset = (at + SAMPLE_HEADER) | 0;
        at = next;
        let result: unknown;
        if (isComplete && words[index] === SAMPLE) {
          taken = (taken + 1) | 0;
          place.offset = offset;
          place.end = next;
          result = call(view, cpu, 0);
        } else if (words[index] === SAMPLE && own >= SAMPLE_HEADER) {
          taken = (taken + 1) | 0;
          const record = types.look(bytes, offset, next);
          if (record === SKIPPED) continue;
          result = call(record, cpu, 0);
        } else if (words[index] === LOST && own >= LOST_HEADER + 8) {
          taken = (taken + 1) | 0;
          result = call(undefined, cpu, this.#countLost(bytes, offset + LOST_HEADER - SAMPLE_HEADER));
        } else continue;
        if (result !== undefined) checkHandler(result);
        if (gate.shut === true) break;
      }
    } finally {
      this.#at = at;
      this.#taken = taken;
    }
  }

  settle(): void {
    if (this.#at > this.#start) this.#next(false);
  }

  /** The records of one overwritable and paused ring, newest first. */
  snapshot(ring: number): PerfSample<T>[] {
    const samples: PerfSample<T>[] = [];
    if (this.#copies.words.byteLength < this.#ringSize)
      this.#copies = memoryOf(this.#native.perfCopied(this.#handle, this.#ringSize));
    this.#begin(this.#native.perfSnapshot(this.#handle, ring));
    // The oldest record can be partly overwritten.
    for (this.#turn = this.#end; this.#at < this.#end && this.#isWhole(); this.#at += this.#size()) {
      if (!this.#isEvent()) continue;
      const event = this.#read(this.#at);
      if (event !== SKIPPED && event.type === "sample") samples.push(event);
      this.#count++;
    }
    this.#forget();
    return samples;
  }

  #find(): boolean {
    const found = this.#next(true);
    if (found > 0) this.#begin(found);
    return found > 0;
  }

  /** Returns the space of returned records, and finds more of them. */
  #next(more: boolean): number {
    const found = this.#native.perfNext(this.#handle, this.#at - this.#start, more);
    this.#forget();
    if (found < 0) throw readError(this.#what, found);
    return found;
  }

  #begin(found: number): void {
    if (found < 0) throw readError(this.#what, found);
    const [offset, ring, cpu, copied] = this.#found as unknown as [number, number, number, number];
    this.#memory = copied === 0 ? (this.#rings[ring] as Memory) : this.#copies;
    this.#cpu = cpu;
    this.#start = offset;
    this.#at = offset;
    this.#end = offset + found;
    // At most a quarter of a ring, to return space to programs.
    this.#turn = offset + Math.min(found, this.#ringSize / 4);
  }

  #forget(): void {
    this.#count += this.#taken;
    this.#taken = 0;
    this.#start = 0;
    this.#at = 0;
    this.#turn = 0;
    this.#end = 0;
  }

  /** The size in bytes of the next record. */
  #size(): number {
    return sizeIn(this.#memory.words[(this.#at >> 2) + 1] as number);
  }

  /** Whether the next record is completely in the stretch. The addon reads other records again, and checks them. */
  #isWhole(): boolean {
    const size = this.#size();
    return size >= HEADER && (size & 7) === 0 && this.#at + size <= this.#end;
  }

  /** Whether the next record is a sample or a number of lost records. */
  #isEvent(): boolean {
    const type = this.#memory.words[this.#at >> 2] as number;
    return (
      (type === SAMPLE && this.#size() >= SAMPLE_HEADER) || (type === LOST && this.#size() >= LOST_HEADER + 8)
    );
  }

  #read(at: number): PerfEvent<T> | typeof SKIPPED {
    const { bytes, words } = this.#memory;
    const cpu = this.#cpu;
    if ((words[at >> 2] as number) === LOST)
      return { type: "lost", cpu, lost: this.#countLost(bytes, at + LOST_HEADER) };
    const most = sizeIn(words[(at >> 2) + 1] as number) - SAMPLE_HEADER;
    const length = Math.min((words[(at >> 2) + 2] as number) >>> 0, most);
    const value = this.#types.read(bytes, at + SAMPLE_HEADER, at + SAMPLE_HEADER + length);
    return value === SKIPPED ? SKIPPED : { type: "sample", cpu, value: value as T };
  }

  #countLost(memory: DataView, offset: number): number {
    const lost = Number(memory.getBigUint64(offset, littleEndian));
    this.#lost += lost;
    return lost;
  }
}

/** Memory of records, as bytes and as words. */
interface Memory {
  readonly bytes: DataView;
  readonly words: Int32Array;
}

function memoryOf(buffer: ArrayBuffer): Memory {
  return { bytes: new DataView(buffer), words: new Int32Array(buffer) };
}

/** The size of a record in the second word of its header. */
function sizeIn(word: number): number {
  return isLittle ? word >>> 16 : word & 0xffff;
}
