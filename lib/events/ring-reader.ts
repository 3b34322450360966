import { AsyncLocalStorage } from "node:async_hooks";
import type { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { EBADMSG, ENOBUFS } from "../errno.ts";
import { ClosedError, InvalidArgumentError, RingCorruptError, SystemError } from "../errors.ts";
import type { Handle } from "../native/handle.ts";
import { handleOf, Resource } from "../resource.ts";
import { Batches } from "./batches.ts";
import { Budget } from "./budget.ts";
import { hold, release, unwatch, type Waiting, watch } from "./poller.ts";
import { Records } from "./records.ts";
import { nodeStream, webStream } from "./streams.ts";

export interface ReaderOptions {
  /** Closes the reader when it is aborted. Whoever waits for a record is told so by its reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that reading may go on at a stretch before timers and sockets get their turn; 4 by default. A single
   * call of a handler is never cut short.
   */
  budget?: number | undefined;
}

export interface IterationOptions {
  /** Ends this iteration by throwing its reason; the reader stays open. */
  signal?: AbortSignal | undefined;
}

export interface BatchOptions extends IterationOptions {
  /** The most records in one batch; 1,024 by default, which is as many as there can be. */
  max?: number | undefined;
}

/** Records that one look can find (native/ring_buffer.h). */
const MOST = 1024;

/**
 * What RingBuf and PerfBuf have in common: a ring in the kernel is looked at, what is found stays there until it was
 * handed to somebody, and whoever waits is woken.
 *
 * Every way of reading takes from the same place, so that they can be mixed and take turns: a record is handed out
 * once. Between two looks, `#at` of the `#found` records have been handed out.
 */
export abstract class RingReader<T, Handler extends (...args: never[]) => unknown> extends Resource {
  /** @internal Where records lie, and the index that tells where in it. */
  protected memory: DataView;
  /** @internal */
  protected readonly index: Uint32Array;
  /** @internal */
  protected at = 0;
  /** @internal */
  protected found = 0;

  readonly #what: string;
  readonly #budget: Budget;
  readonly #waiters = new Set<() => void>();
  readonly #watched: Waiting = { wake: () => this.#wake() };
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.close();
  #holds = true;
  #held = false;
  #handing = false;
  #closing = false;
  #halted = false;
  #count = 0;

  /** @internal */
  constructor(
    handle: Handle,
    what: string,
    close: (handle: Handle) => void,
    memory: ArrayBuffer,
    index: ArrayBuffer,
    options: ReaderOptions,
  ) {
    super(handle, what, close);
    this.#what = what;
    this.memory = new DataView(memory);
    this.index = new Uint32Array(index);
    this.#budget = new Budget(options.budget ?? 4);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Calls the addon: gives back the first `done` records found last, finds up to `max`. */
  protected abstract next(handle: Handle, done: number, max: number): number;
  /** The addon could not copy a record, which has more bytes than there is room for. */
  protected abstract grow(handle: Handle): void;
  /** Reads the record at `i` of the index. */
  protected abstract read(i: number): T;
  /** Hands records from `at` to `found`, one at a time, with `at` counted up before each; stops when `stop`. */
  protected abstract hand(handler: Handler, most: number): void;

  /** True once the reader is closed, or will be as soon as the handler that closed it returns. */
  override get closed(): boolean {
    return this.#closing || super.closed;
  }

  /** Records handed out since the reader was made. */
  get count(): number {
    return this.#count + this.at;
  }

  // ---------------------------------------------------------------- what is there now

  /**
   * Takes what is in the ring now, without waiting.
   *
   * @param max - The most records to take; by default, until none is left. A program that sends faster than they are
   * read leaves some always.
   * @returns The records, oldest first; none when the ring is empty.
   * @throws RecordError for a record that is not of the type; those before it are returned first, and the error is
   * thrown by the next call.
   * @throws ClosedError after `close`.
   */
  consume(max: number = Number.POSITIVE_INFINITY): T[] {
    this.#mayRead();
    const records: T[] = [];
    while (records.length < max && this.look(max - records.length)) {
      if (!this.#collect(records, max)) break;
    }
    this.#giveBack();
    return records;
  }

  /**
   * Hands what is in the ring now to `handler`, in place, without waiting.
   *
   * @param max - The most records to take; by default, until none is left.
   * @returns How many records were handed to it.
   * @throws What the handler throws. The record that it threw at counts as handed, those behind it stay in the ring.
   * @throws RecordError for a record that is not of the type; those behind it stay in the ring.
   * @throws ClosedError after `close`.
   */
  drain(handler: Handler, max: number = Number.POSITIVE_INFINITY): number {
    this.#mayRead();
    let handed = 0;
    while (handed < max && !this.closed && this.look(max - handed))
      handed += this.#handTo(handler, max - handed);
    if (!this.closed) this.#giveBack();
    return handed;
  }

  // ---------------------------------------------------------------- what is there and what comes

  /**
   * Hands every record to `handler`, in place, until the reader is closed.
   *
   * What the handler gets is valid until it returns, and then shows another record. It must not be async.
   *
   * @returns A promise that is fulfilled by `close`, and rejected with the reason of a signal or with what the handler
   * throws. The record that it threw at counts as handed, those behind it stay in the ring: `forEach` can be called again.
   * @throws RecordError, by the promise, for a record that is not of the type.
   */
  forEach(handler: Handler, options: IterationOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#mayRead();
      const { signal } = options;
      signal?.throwIfAborted();
      const inContext = AsyncLocalStorage.snapshot();
      const onAbort = (): void => {
        if (this.#handing) {
          this.#halted = true;
          this.#soon(pump);
        } else {
          pump();
        }
      };
      const finish = (end: () => void): void => {
        signal?.removeEventListener("abort", onAbort);
        this.#leave(pump);
        if (!super.closed) this.#giveBack();
        end();
      };
      const pump = (): void => {
        try {
          signal?.throwIfAborted();
          if (this.closed) {
            finish(() => this.#finish(resolve, reject));
          } else {
            const empty = inContext(() => this.#pump(handler));
            if (empty) this.#wait(pump);
            else this.#soon(pump);
          }
        } catch (error) {
          finish(() => reject(error));
        }
      };
      signal?.addEventListener("abort", onAbort);
      pump();
    });
  }

  /**
   * Records one by one, as objects of their own.
   *
   * They stay in the ring until they are asked for. When the loop is left, what it was not given is there for the next.
   *
   * @throws From the iteration: the reason of a signal, RecordError for a record that is not of the type.
   * @throws ClosedError after `close`. A loop that is under way ends.
   */
  values(options: IterationOptions = {}): AsyncIterableIterator<T> {
    this.#mayRead();
    return new Records<T>(this.#cursor, options.signal);
  }

  /** `values()`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this.values();
  }

  /**
   * Records as arrays of as many as there are, at least one, at most `max`.
   *
   * @throws As `values`. When one record of many cannot be read, those before it are a batch of their own.
   */
  batches(options: BatchOptions = {}): AsyncIterableIterator<T[]> {
    this.#mayRead();
    const max = options.max ?? MOST;
    if (!(max >= 1)) throw new InvalidArgumentError(`a batch has at least one record, not ${max}`);
    return new Batches<T>(this.#cursor, max, options.signal);
  }

  /** The records as a stream of Node, in object mode. Destroying it leaves what it has not given out in the ring. */
  toNodeStream(options: IterationOptions = {}): Readable {
    return nodeStream(this.values(options));
  }

  /** The records as a web stream. Cancelling it leaves what it has not given out in the ring. */
  toWebStream(options: IterationOptions = {}): ReadableStream<T> {
    return webStream(this.values(options));
  }

  /**
   * Has whoever waits look again, although the kernel woke nobody: for records that were sent with
   * BPF_RB_NO_WAKEUP, or of which there are too few for a watermark.
   */
  flush(): void {
    if (this.closed) throw new ClosedError(this.#what);
    this.#wake();
  }

  /** Waiting for records keeps the process alive: the default. */
  ref(): this {
    this.#holds = true;
    this.#hold(this.#waiters.size > 0);
    return this;
  }

  /** Waiting for records keeps the process alive no more. */
  unref(): this {
    this.#hold(false);
    this.#holds = false;
    return this;
  }

  /**
   * Gives the ring up. Loops end, `forEach` is fulfilled; what was not handed out stays in the ring. In a handler, it
   * takes effect when the handler returns. A view that was kept reads nothing afterwards: it throws, or is empty.
   */
  override close(): void {
    if (super.closed) return;
    this.#closing = true;
    if (this.#handing) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#giveBack();
    unwatch(this[handleOf]);
    this.#hold(false);
    super.close();
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter();
  }

  // ---------------------------------------------------------------- inside

  /** Whether the handler that is called just now has closed the reader, or ended this reading of it. */
  protected get stop(): boolean {
    return this.#closing || this.#halted;
  }

  /** Makes sure that there is a record between `at` and `found`; false when there is none. */
  protected look(max: number): boolean {
    if (this.at < this.found) return true;
    const handle = this[handleOf];
    let found = this.next(handle, this.at, max < MOST ? max : MOST);
    this.#count += this.at;
    this.at = 0;
    if (found === -ENOBUFS) {
      this.grow(handle);
      found = this.next(handle, 0, MOST);
    }
    if (found < 0) {
      this.found = 0;
      if (found === -EBADMSG) throw new RingCorruptError(this.#what, { errno: EBADMSG });
      throw new SystemError(`cannot read ${this.#what}`, { operation: "read record", errno: -found });
    }
    this.found = found;
    return found > 0;
  }

  readonly #cursor = {
    closed: (): boolean => this.closed,
    look: (max: number): boolean => this.look(max),
    take: (): T => this.read(this.at++),
    collect: (into: T[], max: number): void => {
      this.#collect(into, max);
      this.#giveBack();
    },
    wait: (waiter: () => void): void => this.#wait(waiter),
    leave: (waiter: () => void): void => this.#leave(waiter),
    soon: (waiter: () => void): void => this.#soon(waiter),
    settle: (): void => {
      if (!super.closed) this.#giveBack();
    },
    finish: (done: () => void, failed: (reason: unknown) => void): void => this.#finish(done, failed),
    budget: (): Budget => this.#budget,
  };

  #mayRead(): void {
    if (this.closed) throw new ClosedError(this.#what);
    if (this.#handing)
      throw new InvalidArgumentError(`${this.#what} cannot be read from inside a handler that it calls`);
  }

  /** Gives back what was handed out, and forgets about the rest that was found: it is found again. */
  #giveBack(): void {
    if (this.at > 0 || this.found > 0) this.next(this[handleOf], this.at, 0);
    this.#count += this.at;
    this.at = 0;
    this.found = 0;
  }

  /** Reads what was found, or as much as the budget allows. False when an error has to wait for the next call. */
  #collect(into: T[], max: number): boolean {
    const most = Math.min(this.found, this.at + max - into.length);
    while (this.at < most) {
      try {
        into.push(this.read(this.at++));
      } catch (error) {
        if (into.length === 0) throw error;
        // It is read again by the next call, which throws it.
        this.at--;
        return false;
      }
    }
    return true;
  }

  #handTo(handler: Handler, most: number): number {
    const before = this.at;
    let handed = 0;
    this.#handing = true;
    try {
      this.hand(handler, most);
    } finally {
      this.#handing = false;
      handed = this.at - before;
      if (this.#closing) this.close();
    }
    return handed;
  }

  /** Drains for as long as the budget allows. True when the ring is empty and the next record wakes. */
  #pump(handler: Handler): boolean {
    // Begins small, since one record may take long, and grows while they are many and quick.
    let chunk = 16;
    for (;;) {
      if (!this.look(chunk)) return true;
      this.#handTo(handler, chunk);
      if (this.stop) {
        this.#halted = false;
        return false;
      }
      if (this.#budget.spent) {
        this.#giveBack();
        return false;
      }
      if (chunk < MOST) chunk *= 2;
    }
  }

  #wake(): void {
    if (this.#waiters.size === 0) return;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    // Those for whom there was nothing have come back.
    for (const waiter of waiters) waiter();
    if (this.#waiters.size === 0) this.#unwait();
  }

  #wait(waiter: () => void): void {
    this.#waiters.add(waiter);
    if (this.#waiters.size > 1) return;
    watch(this[handleOf], this.#watched);
    if (this.#holds) this.#hold(true);
  }

  #leave(waiter: () => void): void {
    if (this.#waiters.delete(waiter) && this.#waiters.size === 0) this.#unwait();
  }

  #unwait(): void {
    if (super.closed) return;
    unwatch(this[handleOf]);
    this.#hold(false);
  }

  #hold(held: boolean): void {
    if (held === this.#held || (held && !this.#holds)) return;
    this.#held = held;
    if (held) hold();
    else release();
  }

  /** After timers and sockets have had their turn. */
  #soon(waiter: () => void): void {
    const immediate = setImmediate(waiter);
    if (!this.#holds) immediate.unref();
  }

  #finish(done: () => void, failed: (reason: unknown) => void): void {
    if (this.#signal?.aborted) failed(this.#signal.reason);
    else done();
  }
}
