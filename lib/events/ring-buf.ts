import { optional, optionsOf, wordOf } from "../arguments/index.ts";
import { throwIfAborted } from "../interrupt/index.ts";
import { handleOf } from "../live/resource.ts";
import type { MapBase } from "../map/index.ts";
import { recordTypesOf } from "../map/record-types.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import type { FailureOptions } from "./failures.ts";
import { checkMap, openError } from "./map-type.ts";
import { forgetWatched, openWatched } from "./poller.ts";
import { type ReaderOptions, readerSchema } from "./reader-options.ts";
import { type RecordKinds, type RecordType, recordReader, recordSchema } from "./record-type.ts";
import { type LevelOptions, levelSchema, RingLevel } from "./ring-level.ts";
import { RingReader } from "./ring-reader.ts";
import { type RingHandler, RingRecords } from "./ring-records.ts";

export interface RingBufOptions extends ReaderOptions, FailureOptions, LevelOptions {
  /**
   * The type of the records: a C name in the object of the map (`"event"`), or a codec. Default: the type in the
   * definition of the map (`__type(value, struct event)`), else bytes.
   */
  type?: RecordType | undefined;
  /** Several types of records, instead of `type`. Requires `kind`. */
  types?: RecordKinds["types"] | undefined;
  /** Returns the name in `types` of a record's type. */
  kind?: RecordKinds["kind"] | undefined;
  /**
   * Whether records are read in the memory of the ring (`mapped`) or from copies of several records (`copied`). A codec
   * of the user always reads copies. Runtimes without external memory always copy. Default `mapped`.
   */
  memory?: "mapped" | "copied" | undefined;
}

/** Statistics of a ring buffer. */
export interface RingBufStatistics {
  /** Size of the ring in bytes. */
  size: number;
  /** Unread bytes, including headers of 8 bytes and discarded records. */
  available: number;
  /** Bytes that programs have reserved since the creation of the ring. */
  producerPosition: bigint;
  /** Bytes that were read since the creation of the ring. */
  consumerPosition: bigint;
  /** Records that this reader returned. */
  records: number;
  /** Records that programs discarded and this reader passed. */
  discarded: number;
  /**
   * Records that did not fit into the ring. Programs count them with `ebpf/lost.bpf.h` of this package. Undefined when
   * they do not, and after the collection was closed.
   */
  lost: bigint | undefined;
  /** The highest number of unread bytes that this reader has seen. */
  highWater: number;
  /** How often programs have wrapped around the end of the ring. */
  wrapped: number;
  /** Records that did not have their type. */
  errors: number;
}

const checkOptions = optionsOf<RingBufOptions>({
  ...readerSchema,
  ...recordSchema,
  ...levelSchema,
  memory: optional(wordOf(["mapped", "copied"])),
});

/** Reads a ring buffer. The public name has the documentation: reader-classes.ts. */
// biome-ignore lint/suspicious/noExplicitAny: only the C code shows the type that a name refers to
export class RingBuf<T = any> extends RingReader<T, RingHandler<T>> {
  /** Size of the ring in bytes. */
  readonly size: number;
  readonly #native: Native;
  readonly #records: RingRecords<T>;
  readonly #level: RingLevel;
  readonly #lost: () => bigint | undefined;

  constructor(map: MapBase, given: RingBufOptions = {}) {
    const options = checkOptions(given, "RingBuf");
    throwIfAborted(options.signal);
    const addon = native();
    checkMap(map, "ringbuf");
    const what = `ring buffer "${map.name}"`;
    const size = map.maxEntries;
    const types = recordReader(map, what, options);
    const memory = options.memory ?? "mapped";
    const level = new RingLevel(what, size, options);
    const lost = recordTypesOf(map)?.lost;
    let handle: Handle;
    try {
      handle = openWatched(() => addon.ringOpen(map[handleOf]));
    } catch (error) {
      throw openError(what, "RingBuf that reads it", error);
    }
    const records = new RingRecords<T>(what, handle, size, memory, types, level);
    const close = (ring: Handle): void => {
      addon.ringClose(ring);
      types.forget();
      forgetWatched();
    };
    super(handle, what, close, records, options);
    this.size = size;
    this.#native = addon;
    this.#records = records;
    this.#level = level;
    this.#lost = lost ?? (() => undefined);
  }

  /** Unread bytes. */
  get available(): number {
    return this.statistics().available;
  }

  /** @throws {@link ClosedError} after `close`. */
  statistics(): RingBufStatistics {
    const { consumer, producer } = this.#native.ringPositions(this[handleOf]);
    const { discarded, pending } = this.#records;
    const read = consumer + BigInt(pending);
    return {
      size: this.size,
      available: Number(producer - read),
      producerPosition: producer,
      consumerPosition: read,
      records: this.count,
      discarded,
      lost: this.#lost(),
      highWater: Math.max(this.#level.highest, Number(producer - read)),
      wrapped: Number(producer / BigInt(this.size)),
      errors: this.#records.errors,
    };
  }
}
