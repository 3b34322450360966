import { optional, optionsOf, wordOf } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
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
   * The type of the records: a C name in the object that the map is from (`"event"`), or a codec. By default what the
   * map's definition names (`__type(value, struct event)`), and without that, bytes.
   */
  type?: RecordType | undefined;
  /** Records of several types, in place of `type`; goes with `kind`. */
  types?: RecordKinds["types"] | undefined;
  /** Says which of `types` a record is of. */
  kind?: RecordKinds["kind"] | undefined;
  /**
   * Where records are read: where they are in the kernel's memory (`mapped`), or from a copy of some at a time
   * (`copied`). By default `mapped`. A codec that you wrote gets a copy of each record either way. Where the runtime has
   * no external memory it is always `copied`.
   */
  memory?: "mapped" | "copied" | undefined;
}

/** What a ring tells of itself. */
export interface RingBufStatistics {
  /** Bytes of the ring. */
  size: number;
  /** Bytes that wait to be read, headers of 8 bytes and discarded records included. */
  available: number;
  /** Bytes that programs have reserved since the ring was made. */
  producerPosition: bigint;
  /** Bytes that were read since the ring was made. */
  consumerPosition: bigint;
  /** Records handed out by this reader. */
  records: number;
  /** Records that programs discarded, as far as this reader has met them. */
  discarded: number;
  /**
   * Records that did not fit into the ring, as far as the programs count them: with `ebpf/lost.bpf.h`, which comes with this
   * package. Undefined where they do not, and after the collection was closed.
   */
  lost: bigint | undefined;
  /** The most bytes that waited when this reader looked. */
  highWater: number;
  /** How often programs have come to the end of the ring and begun at its start again. */
  wrapped: number;
  /** Records that were not of their type. */
  errors: number;
}

const checkOptions = optionsOf<RingBufOptions>({
  ...readerSchema,
  ...recordSchema,
  ...levelSchema,
  memory: optional(wordOf(["mapped", "copied"])),
});

const rings = new Set<number>();

/**
 * Reads a ring buffer that programs write to.
 *
 * Records stay in the kernel's ring until they are handed out: a slow reader costs no memory, and a full ring is the
 * program's to notice (bpf_ringbuf_reserve answers NULL). However the reading ends, what was not handed out is there
 * for who reads next. All readers of a thread share one poller.
 *
 * A ring has one reader at a time. Linux 5.8.
 *
 * @example
 * using events = new RingBuf(coll.maps.events, { type: "event" });
 * for await (const event of events) console.log(event.pid, event.comm);
 */
// biome-ignore lint/suspicious/noExplicitAny: the type of a record that is named by a string is known to the reader of the C code only
export class RingBuf<T = any> extends RingReader<T, RingHandler<T>> {
  /** Bytes of the ring. */
  readonly size: number;
  readonly #native: Native;
  readonly #records: RingRecords<T>;
  readonly #level: RingLevel;
  readonly #lost: () => bigint | undefined;

  /**
   * The reader has a descriptor of its own: the map can be closed before it.
   *
   * @throws InvalidArgumentError for a map of another type, or one that is read by another RingBuf of this thread.
   * @throws UnknownNameError when the object has no type of that name, NoBtfError when it has no types.
   * @throws PermissionError when user space may not map the ring.
   * @throws ClosedError when the map is closed, and the reason of a signal that is aborted already.
   */
  constructor(map: MapBase, given: RingBufOptions = {}) {
    const options = checkOptions(given, "RingBuf");
    throwIfAborted(options.signal);
    const addon = native();
    checkMap(map, "ringbuf");
    const what = `ring buffer "${map.name}"`;
    const { id, maxEntries: size } = map;
    if (rings.has(id))
      throw new InvalidArgumentError(`${what} is read by another RingBuf already`, {
        remedy: "A ring has one reader at a time",
      });
    const types = recordReader(map, what, options);
    const memory = options.memory ?? "mapped";
    const level = new RingLevel(what, size, options);
    const lost = recordTypesOf(map)?.lost;
    let handle: Handle;
    try {
      handle = openWatched(() => addon.ringOpen(map[handleOf]));
    } catch (error) {
      throw openError(what, error);
    }
    const records = new RingRecords<T>(what, handle, size, memory, types, level);
    rings.add(id);
    const close = (ring: Handle): void => {
      rings.delete(id);
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

  /** Bytes that wait to be read. */
  get available(): number {
    return this.statistics().available;
  }

  /** @throws ClosedError after `close`. */
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
