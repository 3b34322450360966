import { checkBoolean, checkU32, integerIn, optional, optionsOf } from "../arguments/index.ts";
import { InvalidArgumentError, SystemError } from "../errors/index.ts";
import { throwIfAborted } from "../interrupt/index.ts";
import { handleOf } from "../live/resource.ts";
import type { MapBase } from "../map/index.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import type { FailureOptions } from "./failures.ts";
import { checkMap, openError } from "./map-type.ts";
import { type PerfEvent, type PerfHandler, PerfRecords, type PerfSample } from "./perf-records.ts";
import { forgetWatched, openWatched } from "./poller.ts";
import { type ReaderOptions, readerSchema } from "./reader-options.ts";
import { type RecordKinds, type RecordType, recordReader, recordSchema } from "./record-type.ts";
import { RingReader } from "./ring-reader.ts";

export interface PerfBufOptions extends ReaderOptions, FailureOptions {
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
  /** Records that were not of their type. */
  errors: number;
}

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
export class PerfBuf<T = any> extends RingReader<PerfEvent<T>, PerfHandler<T>> {
  /** Bytes of the ring of each CPU. */
  readonly bytesPerCpu: number;
  readonly overwritable: boolean;
  readonly #native: Native;
  readonly #records: PerfRecords<T>;
  readonly #name: string;
  readonly #cpus: number;

  /**
   * @throws InvalidArgumentError for a map of another type, or options that do not go together.
   * @throws UnknownNameError when the object has no type of that name, NoBtfError when it has no types.
   * @throws PermissionError without CAP_PERFMON.
   * @throws ClosedError when the map is closed, and the reason of a signal that is aborted already.
   */
  constructor(map: MapBase, given: PerfBufOptions = {}) {
    const options = checkOptions(given, "PerfBuf");
    throwIfAborted(options.signal);
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
      types.forget();
      forgetWatched();
    };
    const { count, size } = addon.perfRings(handle);
    const records = new PerfRecords<T>(what, handle, size, settings.overwritable, types);
    super(handle, what, close, records, options);
    this.bytesPerCpu = size;
    this.overwritable = settings.overwritable;
    this.#native = addon;
    this.#records = records;
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
    const { lost, errors } = this.#records;
    return { bytesPerCpu, cpus: this.#cpus, available, records: this.count, lost, errors };
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
    if (!this.overwritable)
      throw new InvalidArgumentError(`${this.#name} is not overwritable`, {
        remedy: "Read it with consume or a loop",
      });
    const samples: PerfSample<T>[] = [];
    this.#pause(true);
    try {
      for (let ring = 0; ring < this.#cpus; ring++) {
        const newestFirst = this.#records.snapshot(ring);
        for (const sample of newestFirst.reverse()) samples.push(sample);
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
}

const checkOptions = optionsOf<PerfBufOptions>({
  ...readerSchema,
  ...recordSchema,
  bytesPerCpu: optional(integerIn(1, 2 ** 30, "bytes")),
  wakeupEvents: optional(integerIn(1, 0xffff_ffff, "events")),
  watermark: optional(checkU32),
  overwritable: optional(checkBoolean),
});

function settingsOf(
  what: string,
  options: PerfBufOptions,
): { bytes: number; watermark: number; wakeupEvents: number; overwritable: boolean } {
  const { bytesPerCpu: bytes = 256 * 1024, watermark = 0, wakeupEvents = 1, overwritable = false } = options;
  if (options.watermark !== undefined && options.wakeupEvents !== undefined)
    throw new InvalidArgumentError(`${what} wakes by watermark or by wakeupEvents, not by both`);
  integerIn(0, bytes, "bytesPerCpu")(watermark, "watermark of PerfBuf");
  return { bytes, watermark, wakeupEvents, overwritable };
}
