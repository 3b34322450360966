import type { Codec } from "../codec/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { MapBase } from "../map/index.ts";
import type { Handle } from "../native/handle.ts";
import { type Native, native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { checkHandler, type ViewOf } from "./handler.ts";
import { checkMap, openError } from "./map-type.ts";
import { forgetWatched, openWatched } from "./poller.ts";
import { type RecordKinds, type RecordReader, type RecordType, recordReader } from "./record-type.ts";
import { type ReaderOptions, RingReader } from "./ring-reader.ts";

export interface RingBufOptions extends ReaderOptions {
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
   * (`copied`). By default `mapped`, unless a codec that is not made by this package would get at that memory: it is
   * read-only, and a store to it ends the process. Where the runtime has no external memory it is always `copied`.
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
}

type Handler<T> = (record: ViewOf<T>, kind: T extends { kind: infer K } ? K : undefined) => void;

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
export class RingBuf<T = any> extends RingReader<T, Handler<T>> {
  /** Bytes of the ring. */
  readonly size: number;
  readonly #native: Native;
  readonly #types: RecordReader;
  readonly #mapped: boolean;

  /**
   * The reader has a descriptor of its own: the map can be closed before it.
   *
   * @throws InvalidArgumentError for a map of another type, or one that is read by another RingBuf of this thread.
   * @throws UnknownNameError when the object has no type of that name, NoBtfError when it has no types.
   * @throws PermissionError when user space may not map the ring.
   * @throws ClosedError when the map is closed, and the reason of a signal that is aborted already.
   */
  constructor(map: MapBase, options: RingBufOptions & { type: Codec<T> });
  constructor(map: MapBase, options?: RingBufOptions);
  constructor(map: MapBase, options: RingBufOptions = {}) {
    options.signal?.throwIfAborted();
    const addon = native();
    checkMap(map, "ringbuf");
    const what = `ring buffer "${map.name}"`;
    const { id, maxEntries: size } = map;
    if (rings.has(id))
      throw new InvalidArgumentError(
        `${what} is read by another RingBuf already`,
        "A ring has one reader at a time",
      );
    const types = recordReader(map, what, options);
    const { handle, memory } = open(map, what, size, options.memory ?? (types.trusted ? "mapped" : "copied"));
    rings.add(id);
    const close = (ring: Handle): void => {
      rings.delete(id);
      addon.ringClose(ring);
      forgetWatched();
    };
    super(handle, what, close, memory.buffer, addon.ringIndex(handle), options);
    this.size = size;
    this.#native = addon;
    this.#types = types;
    this.#mapped = memory.mapped;
  }

  /** Bytes that wait to be read. */
  get available(): number {
    const { consumer, producer } = this.#native.ringPositions(this[handleOf]);
    return Number(producer - consumer);
  }

  /** @throws ClosedError after `close`. */
  statistics(): RingBufStatistics {
    const { consumer, producer, discarded } = this.#native.ringPositions(this[handleOf]);
    return {
      size: this.size,
      available: Number(producer - consumer),
      producerPosition: producer,
      consumerPosition: consumer,
      records: this.count,
      discarded,
    };
  }

  protected override next(handle: Handle, done: number, max: number): number {
    // An eighth of the ring at most, so that programs get room again while the rest is read.
    return this.#native.ringNext(handle, done, max, this.size / 8);
  }

  protected override grow(handle: Handle): void {
    if (this.#mapped) return;
    this.memory = new DataView(this.#native.ringCopied(handle, this.size));
  }

  protected override read(i: number): T {
    const offset = this.index[2 * i] as number;
    return this.#types.read(this.memory, offset, offset + (this.index[2 * i + 1] as number)) as T;
  }

  protected override hand(handler: Handler<T>, most: number): void {
    const { memory, index } = this;
    const types = this.#types;
    const call = handler as unknown as (record: unknown, kind: string | undefined) => unknown;
    const last = Math.min(this.found, this.at + most);
    for (let i = this.at; i < last; ) {
      const offset = index[2 * i] as number;
      const end = offset + (index[2 * i + 1] as number);
      this.at = ++i;
      const result = call(types.look(memory, offset, end), types.kind);
      if (result !== undefined) checkHandler(result);
      if (this.stop) return;
    }
  }
}

const COPIES = 256 * 1024;

function open(
  map: MapBase,
  what: string,
  size: number,
  wanted: "mapped" | "copied",
): { handle: Handle; memory: { buffer: ArrayBuffer; mapped: boolean } } {
  const addon = native();
  try {
    const handle = openWatched(() => addon.ringOpen(map[handleOf]));
    const mapped = wanted === "mapped" ? addon.ringMapped(handle) : undefined;
    const buffer = mapped ?? addon.ringCopied(handle, Math.min(size, COPIES));
    return { handle, memory: { buffer, mapped: mapped !== undefined } };
  } catch (error) {
    throw openError(what, error);
  }
}
