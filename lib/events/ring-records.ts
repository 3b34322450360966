import { ENOBUFS } from "../errors/errno.ts";
import { RecordError, RingCorruptError } from "../errors/index.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { SKIPPED } from "./failures.ts";
import { checkHandler, type ViewOf } from "./handler.ts";
import type { RecordReader } from "./record-reader.ts";
import type { RingLevel } from "./ring-level.ts";
import { type Gate, MANY as MANY_RECORDS, MOST, type RecordSource, readError } from "./source.ts";

/** With several types, the second argument is the kind of the record. */
export type RingHandler<T> = (...args: HandlerArguments<T>) => void;

type HandlerArguments<T> = 0 extends 1 & T
  ? [record: ViewOf<T>, kind: string | undefined]
  : T extends { kind: infer K; value: unknown }
    ? [record: ViewOf<T>, kind: string extends K ? undefined : K]
    : [record: ViewOf<T>, kind: undefined];

/** Size in bytes of a buffer for copies. Only a larger record makes it larger. */
const COPIES = 256 * 1024;
/**
 * The largest ring that is mapped. Larger rings are copied, because the mapping has twice the size and its offsets must
 * be small integers of V8.
 */
const MAPPED = 2 ** 29;
/** Number of records that a loop takes before it returns their space. */
const TAKEN = 64;

// linux/bpf.h. The highest bit of a header means that the record is not submitted yet. The number is then negative.
const HEADER = 8;
const DISCARDED = 1 << 30;
const LENGTH = DISCARDED - 1;

// V8 treats a local constant as a constant, and loads an imported one from a cell at each use.
const MANY: number = MANY_RECORDS;

// The bytes of a record must be loaded after its header. x86 keeps the order of loads, and the compiler does too, since
// the loads follow a branch on the header. Atomics.load is a call that would double the cost of a record.
const IN_ORDER = process.arch === "x64" || process.arch === "ia32";

/** Reads the records of a ring buffer from header to header. See native/ring_buffer.h. */
export class RingRecords<T> implements RecordSource<T, RingHandler<T>> {
  readonly #what: string;
  readonly #native: Native = native();
  readonly #handle: Handle;
  readonly #types: RecordReader;
  readonly #level: RingLevel;
  readonly #size: number;
  readonly #mapped: boolean;
  readonly #found: Uint32Array;
  #memory: DataView;
  #headers: Int32Array;

  // The stretch that was found, as offsets into the memory: its start, the next record, the point at which the space of
  // read records is returned to programs, and its end.
  #start = 0;
  #at = 0;
  #turn = 0;
  #end = 0;
  #count = 0;
  /** The end of the stretch. */
  #taken = 0;
  #discarded = 0;

  /** @param what - For messages. */
  constructor(
    what: string,
    handle: Handle,
    size: number,
    memory: "mapped" | "copied",
    types: RecordReader,
    level: RingLevel,
  ) {
    this.#level = level;
    this.#what = what;
    this.#handle = handle;
    this.#size = size;
    this.#types = types;
    const mapped = memory === "mapped" && size <= MAPPED ? this.#native.ringMapped(handle) : undefined;
    this.#mapped = mapped !== undefined;
    const buffer = mapped ?? this.#native.ringCopied(handle, Math.min(size, COPIES));
    this.#memory = new DataView(buffer);
    this.#headers = new Int32Array(buffer);
    this.#found = new Uint32Array(this.#native.ringStart(handle));
  }

  /** Records that did not have their type. */
  get errors(): number {
    return this.#types.failures.count;
  }

  get count(): number {
    return this.#count + this.#taken;
  }

  /** The number of discarded records that were skipped. */
  get discarded(): number {
    return this.#discarded;
  }

  /** The bytes of returned records whose space is not yet returned to programs. */
  get pending(): number {
    return this.#at - this.#start;
  }

  look(max: number): boolean {
    for (;;) {
      while (this.#at < this.#turn) {
        const header = this.#header();
        if (header < 0) break;
        if ((header & DISCARDED) === 0) return true;
        this.#pass(header);
        this.#discarded++;
      }
      if (!this.#find(max)) return false;
    }
  }

  take(): T | typeof SKIPPED {
    const offset = this.#at + HEADER;
    const end = this.#pass(this.#header());
    if (++this.#taken >= TAKEN) this.#turn = this.#at;
    return this.#types.read(this.#memory, offset, end) as T | typeof SKIPPED;
  }

  collect(into: T[], max: number): boolean {
    const types = this.#types;
    while (into.length < max && this.#at < this.#turn) {
      const header = this.#header();
      if (header < 0) break;
      const before = this.#at;
      const end = this.#pass(header);
      if (header & DISCARDED) {
        this.#discarded++;
        continue;
      }
      try {
        const record = types.read(this.#memory, before + HEADER, end);
        if (record !== SKIPPED) into.push(record as T);
      } catch (error) {
        if (into.length > 0) {
          if (error instanceof RecordError) types.failures.putBack();
          this.#at = before;
          return false;
        }
        this.#taken++;
        throw error;
      }
      this.#taken++;
    }
    return true;
  }

  hand(handler: RingHandler<T>, most: number, gate: Gate): void {
    const memory = this.#memory;
    const headers = this.#headers;
    const types = this.#types;
    const { view, place, size } = types;
    const call = handler as unknown as (record: unknown, kind: string | undefined) => unknown;
    const turn = this.#turn;
    const stretchEnd = this.#end;
    // This loop is limited by the number of instructions. It stores to fields only at the end, and `| 0` avoids overflow
    // checks.
    place.memory = memory;
    let at = this.#at;
    let taken = this.#taken;
    const last = (most < MANY ? taken + most : MANY) | 0;
    try {
      while (at < turn && taken < last) {
        const header = IN_ORDER ? (headers[at >> 2] as number) : Atomics.load(headers, at >> 2);
        if (header < 0) break;
        const offset = (at + HEADER) | 0;
        const end = (offset + (header & LENGTH)) | 0;
        const next = (end + 7) & ~7;
        if (next > stretchEnd) throw new RingCorruptError({ source: this.#what });
        at = next;
        if (header > LENGTH) {
          this.#discarded++;
          continue;
        }
        taken = (taken + 1) | 0;
        let result: unknown;
        if (view !== undefined && header >= size) {
          place.offset = offset;
          place.end = end;
          result = call(view, undefined);
        } else {
          const record = types.look(memory, offset, end);
          if (record === SKIPPED) continue;
          result = call(record, types.kind);
        }
        if (result !== undefined) checkHandler(result);
        if (gate.shut === true) break;
      }
    } finally {
      this.#at = at;
      this.#taken = taken;
    }
  }

  settle(): void {
    if (this.#at > this.#start) this.#native.ringNext(this.#handle, this.#at - this.#start, 0);
    this.#forget();
  }

  #header(): number {
    const index = this.#at >> 2;
    return IN_ORDER ? (this.#headers[index] as number) : Atomics.load(this.#headers, index);
  }

  /** Advances past the current record and returns the end of its bytes. */
  #pass(header: number): number {
    const end = this.#at + HEADER + (header & LENGTH);
    const next = (end + 7) & ~7;
    // Another process also reads this ring.
    if (next > this.#end) throw new RingCorruptError({ source: this.#what });
    this.#at = next;
    return end;
  }

  #find(max: number): boolean {
    const wanted = max < MOST ? max : MOST;
    let found = this.#native.ringNext(this.#handle, this.#at - this.#start, wanted);
    this.#forget();
    if (found === -ENOBUFS && !this.#mapped) {
      this.#grow();
      found = this.#native.ringNext(this.#handle, 0, wanted);
    }
    if (found < 0) throw readError(this.#what, found);
    this.#level.see(found === 0 ? 0 : (this.#found[1] as number));
    if (found === 0) return false;
    this.#start = this.#found[0] as number;
    this.#at = this.#start;
    this.#end = this.#start + found;
    this.#turn = this.#start + Math.min(found, this.#size / 4);
    return true;
  }

  #forget(): void {
    this.#count += this.#taken;
    this.#taken = 0;
    this.#start = 0;
    this.#at = 0;
    this.#turn = 0;
    this.#end = 0;
  }

  /** Enlarges the buffer for a record that does not fit. */
  #grow(): void {
    const buffer = this.#native.ringCopied(this.#handle, Math.min(this.#size, 2 ** 30));
    this.#memory = new DataView(buffer);
    this.#headers = new Int32Array(buffer);
  }
}
