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
  /** The type of the records: a C name in the object of the map, or a codec. Default: bytes. */
  type?: RecordType | undefined;
  /** Several types of records, instead of `type`. Requires `kind`. */
  types?: RecordKinds["types"] | undefined;
  /** Returns the name in `types` of a record's type. */
  kind?: RecordKinds["kind"] | undefined;
  /** Size of the ring of each CPU in bytes, rounded up to a power-of-two number of pages. Default 256 KiB. */
  bytesPerCpu?: number | undefined;
  /** Number of records on one CPU that wake the reader. A larger number saves wake-ups; `flush` reads the rest. Default 1. */
  wakeupEvents?: number | undefined;
  /** Number of bytes on one CPU that wake the reader, instead of `wakeupEvents`. */
  watermark?: number | undefined;
  /**
   * Whether the newest records overwrite the oldest. Only `snapshot` reads such rings. Default false.
   *
   * @since Linux 4.7
   */
  overwritable?: boolean | undefined;
}

/** Statistics of a perf buffer. */
export interface PerfBufStatistics {
  /** Size of the ring of one CPU in bytes. */
  bytesPerCpu: number;
  /** Number of online CPUs, each of which has a ring. */
  cpus: number;
  /** Unread bytes of all CPUs. */
  available: number;
  /** Events that this reader returned, including those that report lost records. */
  records: number;
  /** Lost records that the kernel has reported to this reader. */
  lost: number;
  /** Records that did not have their type. */
  errors: number;
}

/** Reads the rings of a perf event array. The public name has the documentation: reader-classes.ts. */
// biome-ignore lint/suspicious/noExplicitAny: only the C code shows the type that a name refers to
export class PerfBuf<T = any> extends RingReader<PerfEvent<T>, PerfHandler<T>> {
  /** Size of the ring of each CPU in bytes. */
  readonly bytesPerCpu: number;
  /** Whether the newest records overwrite the oldest: the option `overwritable`. */
  readonly overwritable: boolean;
  readonly #native: Native;
  readonly #records: PerfRecords<T>;
  readonly #name: string;
  readonly #cpus: number;

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
      throw openError(what, "PerfBuf", error);
    }
    const close = (perf: Handle): void => {
      addon.perfClose(perf);
      types.forget();
      forgetWatched();
    };
    const rings = addon.perfRings(handle);
    const records = new PerfRecords<T>(what, handle, rings, settings.overwritable, types);
    super(handle, what, close, records, options);
    this.bytesPerCpu = rings.size;
    this.overwritable = settings.overwritable;
    this.#native = addon;
    this.#records = records;
    this.#name = what;
    this.#cpus = rings.count;
    // libuv polls a new descriptor twice, and a perf event does not report an earlier wake-up to the second poll
    // (native/poller.h). The second of these callbacks runs after both polls. They are not unreferenced: the loop would
    // wait for another event before it calls them.
    setImmediate(() => setImmediate(() => this.closed || this.flush()));
  }

  /** Unread bytes of all CPUs; 0 for overwritable rings. */
  get available(): number {
    return this.#native.perfAvailable(this[handleOf]);
  }

  /** @throws {@link ClosedError} after `close`. */
  statistics(): PerfBufStatistics {
    const { bytesPerCpu, available } = this;
    const { lost, errors } = this.#records;
    return { bytesPerCpu, cpus: this.#cpus, available, records: this.count, lost, errors };
  }

  /** Stops programs from sending. Their records are lost, and counted unless the rings are overwritable. */
  pause(): void {
    this.#pause(true);
  }

  /** Ends a pause. */
  resume(): void {
    this.#pause(false);
  }

  /**
   * Returns the contents of overwritable rings: the newest records of each CPU, oldest first, CPU by CPU. Programs
   * cannot send during the call.
   *
   * @throws {@link InvalidArgumentError} when the rings are not overwritable.
   * @throws {@link RecordError} for a record that is not of the type.
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
    throw new InvalidArgumentError(`options of ${what}: expected watermark or wakeupEvents, received both`);
  integerIn(0, bytes, "bytesPerCpu")(watermark, "watermark of PerfBuf");
  return { bytes, watermark, wakeupEvents, overwritable };
}
