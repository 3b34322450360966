import { checkBytes, checkSignal, integerIn, optional, optionsOf, unchecked } from "../arguments/index.ts";
import { bytes as bytesCodec, type Codec, type Storable } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { E2BIG, ENOSPC } from "../errors/errno.ts";
import { ClosedError, InvalidArgumentError, RingFullError, SystemError } from "../errors/index.ts";
import { handleOf, Resource } from "../live/resource.ts";
import type { MapBase, ReadableBy, UserRingBufMap } from "../map/index.ts";
import { type Native, native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { checkMap, openError } from "./map-type.ts";
import { forgetWatched, openWatched } from "./poller.ts";
import { checkIteration, type IterationOptions } from "./reader-options.ts";
import { codecFor, type RecordType } from "./record-type.ts";
import { UserSlot } from "./user-slot.ts";
import { Waiters } from "./waiters.ts";

/** Options of {@link UserRingBuf}. */
export interface UserRingBufOptions {
  /**
   * The type of the records: a C name in the object of the map, or a codec. Default: the type in the definition of the
   * map (`__type(value, struct event)`), else bytes.
   */
  type?: RecordType | undefined;
  /** Closes the ring when it is aborted. Calls that wait for space reject with its reason. Default: none. */
  signal?: AbortSignal | undefined;
}

const checkOptions = optionsOf<UserRingBufOptions>({ type: unchecked, signal: optional(checkSignal) });
const checkSize = integerIn(1, 2 ** 30 - 1, "bytes");

/**
 * Sends records to programs, which read them with bpf_user_ringbuf_drain. Programs read records in the order in which
 * they were written or reserved.
 *
 * A ring has one sender at a time, in all threads and processes. A second one of this process is refused.
 *
 * @since Linux 6.1
 *
 * @example
 * using orders = new UserRingBuf(coll.maps.orders, { type: "order" });
 * orders.write({ pid: 1, verdict: 0 });
 */
// biome-ignore lint/suspicious/noExplicitAny: only the C code shows the type that a name refers to
export class UserRingBuf<T = any> extends Resource {
  /** Size of the ring in bytes. */
  readonly size: number;
  readonly #what: string;
  readonly #native: Native;
  readonly #codec: Codec<T, Storable<T>> | undefined;
  readonly #staging: Uint8Array;
  readonly #stagingView: DataView;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.close();
  readonly #waiters: Waiters;
  /** Attempts that wait for free bytes, in order. Each returns whether it is done. */
  readonly #queue: (() => boolean)[] = [];
  readonly #serve = (): void => this.#attempt();

  /**
   * Opens a sender. It has its own descriptor, so the map can be closed before it. The caller closes the sender.
   *
   * @throws {@link InvalidArgumentError} for a map of another type, or one that another UserRingBuf of this process writes to.
   * @throws {@link UnknownNameError} when the object has no type of that name, {@link NoBtfError} when it has no types.
   * @throws {@link PermissionError} when user space may not map the ring.
   * @throws {@link ClosedError} when the map is closed, and the reason of a signal that is aborted already.
   */
  // biome-ignore lint/suspicious/noExplicitAny: T is the type that is read, not the type that can be written
  constructor(map: ReadableBy<"UserRingBuf">, options: UserRingBufOptions & { type: Codec<T, any> });
  constructor(map: UserRingBufMap<T>, options?: UserRingBufOptions & { type?: undefined });
  constructor(map: ReadableBy<"UserRingBuf">, options?: UserRingBufOptions);
  constructor(map: MapBase, given: UserRingBufOptions = {}) {
    const options = checkOptions(given, "UserRingBuf");
    options.signal?.throwIfAborted();
    const addon = native();
    checkMap(map, "user-ringbuf");
    const what = `user ring buffer "${map.name}"`;
    const size = map.maxEntries;
    const type = codecFor(map, what, options.type) as Codec<T> | undefined;
    const codec = type && isolated(type);
    let handle: Handle;
    try {
      handle = openWatched(() => addon.userRingOpen(map[handleOf]));
    } catch (error) {
      throw openError(what, "UserRingBuf that writes to it", error);
    }
    super(handle, what, (ring) => {
      addon.userRingClose(ring);
      forgetWatched();
    });
    this.size = size;
    this.#what = what;
    this.#waiters = new Waiters(handle);
    this.#native = addon;
    this.#codec = codec;
    this.#staging = new Uint8Array(codec?.size ?? 0);
    this.#stagingView = new DataView(this.#staging.buffer);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Free bytes. A record occupies its size plus 8, rounded up to a multiple of 8. */
  get free(): number {
    return this.#native.userRingFree(this[handleOf]);
  }

  /**
   * Sends a record. Without a type, the record is bytes.
   *
   * @throws {@link RingFullError} when the ring has no space for the record.
   * @throws {@link EncodeError} when the value does not fit its C type. Nothing is sent.
   * @throws {@link InvalidArgumentError} for a record that is larger than the ring.
   * @throws {@link ClosedError} after `close`.
   */
  write(value: Storable<T>): void {
    const handle = this[handleOf];
    const status = this.#send(handle, this.#encode(value));
    if (status < 0) throw this.#error(status);
  }

  /**
   * Sends a record when the ring has space, after earlier calls that wait. The value is encoded immediately.
   *
   * @throws By the promise: the errors of `write` except {@link RingFullError}; the reason of a signal;
   * {@link ClosedError} when the ring is closed before there is space. Nothing is sent then.
   *
   * @example
   * ```ts
   * await orders.send({ pid: 1, verdict: 0 });
   * ```
   */
  async send(value: Storable<T>, options: IterationOptions = {}): Promise<void> {
    const handle = this[handleOf];
    const { signal } = checkIteration(options, `send of ${this.#what}`);
    let bytes = this.#encode(value);
    // A copy, because later calls encode into the same buffer.
    if (this.#queue.length > 0 || this.free < bytes.length + 16) bytes = bytes.slice();
    await this.#whenFree(() => {
      const status = this.#send(handle, bytes);
      if (status === -ENOSPC) return false;
      if (status < 0) throw this.#error(status);
      return true;
    }, signal);
  }

  /**
   * Reserves space for a record to write and submit later. Programs read later records only after this one is submitted
   * or discarded.
   *
   * @param size - Size in bytes. Default: the size of the type.
   * @returns A slot that the caller submits or discards.
   * @throws {@link RingFullError} when the ring has no space for the record.
   * @throws {@link InvalidArgumentError} for a record that is larger than the ring, or when neither size nor type is known.
   * @throws {@link ClosedError} after `close`.
   */
  reserve(size?: number): UserSlot<T> {
    const slot = this.#reserve(this[handleOf], this.#sizeOf(size));
    if (typeof slot === "number") throw this.#error(slot);
    return slot;
  }

  /**
   * Reserves space when the ring has it, after earlier calls that wait.
   *
   * @throws By the promise: the errors of `reserve` except {@link RingFullError}; the reason of a signal;
   * {@link ClosedError} when the ring is closed before there is space.
   */
  async reserveWhenFree(size?: number, options: IterationOptions = {}): Promise<UserSlot<T>> {
    const handle = this[handleOf];
    const { signal } = checkIteration(options, `reserveWhenFree of ${this.#what}`);
    const bytes = this.#sizeOf(size);
    let slot: UserSlot<T> | number = -ENOSPC;
    await this.#whenFree(() => {
      slot = this.#reserve(handle, bytes);
      if (slot === -ENOSPC) return false;
      if (typeof slot === "number") throw this.#error(slot);
      return true;
    }, signal);
    return slot as unknown as UserSlot<T>;
  }

  /** Closes the ring. Reserved slots are discarded; submitted records stay for programs. */
  override close(): void {
    if (this.closed) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#waiters.close();
    super.close();
    for (const attempt of this.#queue.splice(0)) attempt();
  }

  #encode(value: Storable<T>): Uint8Array {
    if (this.#codec === undefined) {
      return checkBytes(value, `record of ${this.#what}, which has no type`);
    }
    this.#codec.write(this.#stagingView, 0, value);
    return this.#staging;
  }

  #send(handle: Handle, bytes: Uint8Array): number {
    return this.#native.userRingSend(handle, bytes.length, bytes);
  }

  #sizeOf(size: number | undefined): number {
    return checkSize(size ?? this.#codec?.size, `size of a slot of ${this.#what}`);
  }

  #reserve(handle: Handle, size: number): UserSlot<T> | number {
    const slot = this.#native.userRingReserve(handle, size);
    if (slot < 0) return slot;
    const codec = this.#codec ?? (bytesCodec(size) as unknown as Codec<T>);
    return new UserSlot<T>(this.#what, new Uint8Array(size), codec, {
      submit: (bytes) => this.#native.userRingSubmit(this[handleOf], slot, bytes),
      discard: () => {
        if (!this.closed) this.#native.userRingDiscard(this[handleOf], slot);
      },
    });
  }

  #error(status: number): Error {
    const options = { operation: "reserve", errno: -status };
    if (status === -ENOSPC) return new RingFullError({ ring: this.#what, free: this.free, ...options });
    if (status === -E2BIG)
      return new InvalidArgumentError(`${this.#what} has ${this.size} bytes: a record is larger than that`);
    return new SystemError(`cannot write to ${this.#what}`, options);
  }

  /** Calls `attempt` until it returns true, in turn with all other waiting attempts. */
  #whenFree(attempt: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#queue.length === 0 && attempt()) return resolve();
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        reject(signal?.reason);
        // Other attempts may have waited for this one.
        this.#waiters.leave(this.#serve);
        this.#attempt();
      };
      const queued = (): boolean => {
        try {
          if (this.closed)
            throw this.#signal?.aborted ? this.#signal.reason : new ClosedError(`${this.#what} is closed`);
          if (!attempt()) return false;
          resolve();
        } catch (error) {
          reject(error);
        }
        signal?.removeEventListener("abort", onAbort);
        return true;
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(queued);
      if (this.#queue.length === 1) this.#waiters.wait(this.#serve);
    });
  }

  #attempt(): void {
    while (this.#queue[0]?.()) this.#queue.shift();
    if (this.#queue.length > 0) this.#waiters.wait(this.#serve);
  }
}
