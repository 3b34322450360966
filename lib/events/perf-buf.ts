import type { Codec } from "../codec/index.ts";
import { InvalidArgumentError, SystemError } from "../errors.ts";
import type { MapBase } from "../map/index.ts";
import type { Handle } from "../native/handle.ts";
import { type Native, native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { checkHandler, type ViewOf } from "./handler.ts";
import { checkMap, openError } from "./map-type.ts";
import { forgetWatched, openWatched } from "./poller.ts";
import { type RecordKinds, type RecordReader, type RecordType, recordReader } from "./record-type.ts";
import { littleEndian } from "./record-view.ts";
import { type ReaderOptions, RingReader } from "./ring-reader.ts";

export interface PerfBufOptions extends ReaderOptions {
  /** The type of the records: a C name in the object that the map is from, or a codec. By default, bytes. */
  type?: RecordType | undefined;
  /** Records of several types, in place of `type`; goes with `kind`. */
  types?: RecordKinds["types"] | undefined;
  /** Says which of `types` a record is of. */
  kind?: RecordKinds["kind"] | undefined;
  /** Bytes of each CPU's ring, rounded up to a power of two of pages; 256 KiB by default. */
  bytesPerCpu?: number | undefined;
  /** Wakes when so many records wait on one CPU; 1 by default. More save wake-ups, and `flush` gets the others. */
  wakeupEvents?: number | undefined;
  /** Wakes when so many bytes wait on one CPU, in place of `wakeupEvents`. */
  watermark?: number | undefined;
  /**
   * The newest records overwrite the oldest, and none is lost for want of room. Such rings are read by `snapshot` only.
   * Linux 4.7.
   */
  overwritable?: boolean | undefined;
}

/** A record that a program sent. */
export interface PerfSample<T> {
  type: "sample";
  /** Where the program ran. */
  cpu: number;
  value: T;
}

/** Records that programs could not send, since the ring of that CPU was full. */
export interface PerfLost {
  type: "lost";
  cpu: number;
  lost: number;
}

export type PerfEvent<T> = PerfSample<T> | PerfLost;

/** What a perf buffer tells of itself. */
export interface PerfBufStatistics {
  /** Bytes of the ring of one CPU. */
  bytesPerCpu: number;
  /** CPUs that are online and have a ring. */
  cpus: number;
  /** Bytes that wait to be read, on all CPUs. */
  available: number;
  /** Events handed out by this reader, those that tell of lost ones included. */
  records: number;
  /** Records that were lost, as far as this reader was told. */
  lost: number;
}

/** @param record - Undefined when records were lost, `lost` of them. */
type Handler<T> = (record: ViewOf<T> | undefined, cpu: number, lost: number) => void;

/**
 * Reads what programs send by bpf_perf_event_output: a ring for each CPU that is online. Records of one CPU are in
 * order, those of different CPUs are not. On Linux 5.8 and newer a ring buffer is better in every way.
 *
 * The kernel pads a record's bytes, so that their sum with a header of 12 is a multiple of 8: where no type is given
 * the padding is seen. What `RingBuf` says of records that were not handed out is true here too, but in overwritable
 * rings.
 *
 * A program sends into the reader that was opened last. Linux 4.4; 4.15 to read with the privileges of CAP_PERFMON
 * (5.8) and CAP_BPF.
 */
// biome-ignore lint/suspicious/noExplicitAny: the type of a record that is named by a string is known to the reader of the C code only
export class PerfBuf<T = any> extends RingReader<PerfEvent<T>, Handler<T>> {
  /** Bytes of the ring of each CPU. */
  readonly bytesPerCpu: number;
  readonly overwritable: boolean;
  readonly #native: Native;
  readonly #types: RecordReader;
  readonly #name: string;
  readonly #cpus: number;
  #lost = 0;

  /**
   * @throws InvalidArgumentError for a map of another type, or options that do not go together.
   * @throws UnknownNameError when the object has no type of that name, NoBtfError when it has no types.
   * @throws PermissionError without CAP_PERFMON.
   * @throws ClosedError when the map is closed, and the reason of a signal that is aborted already.
   */
  constructor(map: MapBase, options: PerfBufOptions & { type: Codec<T> });
  constructor(map: MapBase, options?: PerfBufOptions);
  constructor(map: MapBase, options: PerfBufOptions = {}) {
    options.signal?.throwIfAborted();
    const addon = native();
    checkMap(map, "perf-event-array");
    const what = `perf buffer "${map.name}"`;
    const settings = settingsOf(what, options);
    const types = recordReader(map, what, options);
    let handle: Handle;
    try {
      handle = openWatched(() => addon.perfOpen(map[handleOf], settings));
    } catch (error) {
      throw openError(what, error);
    }
    const close = (perf: Handle): void => {
      addon.perfClose(perf);
      forgetWatched();
    };
    super(handle, what, close, addon.perfCopied(handle, COPIES), addon.perfIndex(handle), options);
    const { count, size } = addon.perfRings(handle);
    this.bytesPerCpu = size;
    this.overwritable = settings.overwritable;
    this.#native = addon;
    this.#types = types;
    this.#name = what;
    this.#cpus = count;
    // A loop asks a descriptor twice when it begins to watch it, and the second time a perf event knows nothing of a
    // wake-up before (native/poller.h). It has begun when the second of these is called.
    setImmediate(() => setImmediate(() => this.closed || this.flush()).unref()).unref();
  }

  /** Bytes that wait to be read, on all CPUs; 0 in overwritable rings. */
  get available(): number {
    return this.#native.perfAvailable(this[handleOf]);
  }

  /** @throws ClosedError after `close`. */
  statistics(): PerfBufStatistics {
    const { bytesPerCpu, available } = this;
    return { bytesPerCpu, cpus: this.#cpus, available, records: this.count, lost: this.#lost };
  }

  /** Programs send nothing from now on: what they try to send is lost, and counted in rings that are not overwritable. */
  pause(): void {
    this.#pause(true);
  }

  /** Ends a pause. */
  resume(): void {
    this.#pause(false);
  }

  /**
   * What overwritable rings hold: the newest records of each CPU, oldest first, CPU by CPU. Sending is paused meanwhile,
   * and goes on afterwards.
   *
   * @throws InvalidArgumentError when the rings are not overwritable.
   * @throws RecordError for a record that is not of the type.
   */
  snapshot(): PerfSample<T>[] {
    const handle = this[handleOf];
    if (!this.overwritable)
      throw new InvalidArgumentError(`${this.#name} is not overwritable`, "Read it with consume or a loop");
    const samples: PerfSample<T>[] = [];
    this.#pause(true);
    try {
      for (let ring = 0; ring < this.#cpus; ring++) {
        const newestFirst: PerfSample<T>[] = [];
        for (let begin = true; ; begin = false) {
          const found = this.#native.perfSnapshot(handle, ring, begin);
          if (found <= 0) break;
          for (let i = 0; i < found; i++) {
            const event = this.read(i);
            if (event.type === "sample") newestFirst.push(event);
          }
        }
        samples.push(...newestFirst.reverse());
      }
    } finally {
      this.#pause(false);
    }
    return samples;
  }

  #pause(pause: boolean): void {
    const status = this.#native.perfPause(this[handleOf], pause);
    if (status < 0)
      throw new SystemError(`cannot pause ${this.#name}`, { operation: "pause", errno: -status });
  }

  protected override next(handle: Handle, done: number, max: number): number {
    if (this.overwritable && max > 0)
      throw new InvalidArgumentError(`${this.#name} is overwritable`, "Read it with snapshot()");
    return this.#native.perfNext(handle, done, max, this.bytesPerCpu / 4);
  }

  protected override grow(): void {
    // A record has 16 bits for its size: COPIES has room for any.
  }

  protected override read(i: number): PerfEvent<T> {
    const { index } = this;
    const offset = index[4 * i] as number;
    const end = offset + (index[4 * i + 1] as number);
    const cpu = index[4 * i + 2] as number;
    if (index[4 * i + 3] === LOST) return { type: "lost", cpu, lost: this.#countLost(offset) };
    return { type: "sample", cpu, value: this.#types.read(this.memory, offset, end) as T };
  }

  protected override hand(handler: Handler<T>, most: number): void {
    const { memory, index } = this;
    const types = this.#types;
    const call = handler as (record: unknown, cpu: number, lost: number) => unknown;
    const last = Math.min(this.found, this.at + most);
    for (let i = this.at; i < last; i++) {
      const offset = index[4 * i] as number;
      const end = offset + (index[4 * i + 1] as number);
      const cpu = index[4 * i + 2] as number;
      this.at = i + 1;
      const result =
        index[4 * i + 3] === LOST
          ? call(undefined, cpu, this.#countLost(offset))
          : call(types.look(memory, offset, end), cpu, 0);
      if (result !== undefined) checkHandler(result);
      if (this.stop) return;
    }
  }

  #countLost(offset: number): number {
    const lost = Number(this.memory.getBigUint64(offset, littleEndian));
    this.#lost += lost;
    return lost;
  }
}

const COPIES = 256 * 1024;
// native/perf_buffer.cc
const LOST = 1;

function settingsOf(
  what: string,
  options: PerfBufOptions,
): { bytes: number; watermark: number; wakeupEvents: number; overwritable: boolean } {
  const { bytesPerCpu: bytes = 256 * 1024, watermark = 0, wakeupEvents = 1, overwritable = false } = options;
  if (!(Number.isInteger(bytes) && bytes > 0 && bytes <= 2 ** 30))
    throw new InvalidArgumentError(`${what}: bytesPerCpu is to be from 1 to 1 GiB, not ${bytes}`);
  if (options.watermark !== undefined && options.wakeupEvents !== undefined)
    throw new InvalidArgumentError(`${what} wakes by watermark or by wakeupEvents, not by both`);
  if (!(Number.isInteger(watermark) && watermark >= 0 && watermark < 2 ** 32 && watermark <= bytes))
    throw new InvalidArgumentError(`${what}: watermark is to be within bytesPerCpu, not ${watermark}`);
  if (!(Number.isInteger(wakeupEvents) && wakeupEvents >= 1 && wakeupEvents < 2 ** 32))
    throw new InvalidArgumentError(`${what}: wakeupEvents is to be 1 or more, not ${wakeupEvents}`);
  return { bytes, watermark, wakeupEvents, overwritable };
}
