import type { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { checkFunction } from "../arguments/index.ts";
import { ClosedError, InvalidArgumentError } from "../errors/index.ts";
import { isInterrupted, throwIfAborted } from "../interrupt/index.ts";
import { Resource } from "../live/resource.ts";
import type { Handle } from "../native/handle.ts";
import { Batches } from "./batches.ts";
import { Budget } from "./budget.ts";
import type { SKIPPED } from "./failures.ts";
import {
  type BatchOptions,
  checkBatches,
  checkIteration,
  checkMost,
  type IterationOptions,
  type ReaderOptions,
} from "./reader-options.ts";
import { Records } from "./records.ts";
import { type Gate, MOST, type RecordSource } from "./source.ts";
import { nodeStream, webStream } from "./streams.ts";
import { Waiters } from "./waiters.ts";

/** The cost of a look at the ring, in records. Discarded records take time too. */
const LOOK = 16;

/**
 * The base class of RingBuf and PerfBuf. Records stay in the ring until they are returned.
 *
 * All ways of reading take from the same source and can be mixed.
 */
export abstract class RingReader<T, Handler extends (...args: never[]) => unknown> extends Resource {
  readonly #what: string;
  readonly #source: RecordSource<T, Handler>;
  readonly #waiters: Waiters;
  readonly #budget: Budget;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.close();
  readonly #gate: Gate = { shut: false };
  #handing = false;
  #closing = false;

  /** @internal */
  constructor(
    handle: Handle,
    what: string,
    close: (handle: Handle) => void,
    source: RecordSource<T, Handler>,
    options: ReaderOptions,
  ) {
    super(handle, what, close);
    this.#what = what;
    this.#source = source;
    this.#waiters = new Waiters(handle);
    this.#budget = new Budget(options.budget ?? 4);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    // The signal was aborted before the reader was opened: loops end immediately.
    if (this.#signal?.aborted) this.close();
  }

  /** True after `close`, also in the handler that called it. */
  override get closed(): boolean {
    return this.#closing || super.closed;
  }

  /** The number of returned records. During a call of a handler, the records of its stretch are not counted yet. */
  get count(): number {
    return this.#source.count;
  }

  // ---------------------------------------------------------------- what is there now

  /**
   * Takes the records that are in the ring, without waiting.
   *
   * @param max - The maximum number of records. Default: until the ring is empty, which may not end if programs send
   * faster than the reader reads.
   * @returns The records, oldest first.
   * @throws {@link RecordError} for a record that is not of the type; those before it are returned first, and the error is
   * thrown by the next call.
   * @throws {@link ClosedError} after `close`.
   */
  consume(max: number = Number.POSITIVE_INFINITY): T[] {
    this.#mayRead();
    checkMost(max, `records to take from ${this.#what}`);
    const records: T[] = [];
    const source = this.#source;
    while (records.length < max && source.look(max - records.length)) {
      if (!source.collect(records, max)) break;
    }
    source.settle();
    return records;
  }

  /**
   * Calls `handler` with each record in the ring, as a view of the memory, without waiting.
   *
   * @param max - The maximum number of records. Default: until the ring is empty.
   * @returns The number of records.
   * @throws The error of the handler. The record of that call is consumed; later records stay in the ring.
   * @throws {@link RecordError} for a record that does not have its type; later records stay in the ring.
   * @throws {@link ClosedError} after `close`.
   */
  drain(handler: Handler, max: number = Number.POSITIVE_INFINITY): number {
    this.#mayRead();
    checkFunction(handler, `handler of ${this.#what}`);
    checkMost(max, `records to take from ${this.#what}`);
    const source = this.#source;
    const before = source.count;
    try {
      for (let left = max; left > 0 && !this.closed && source.look(left); ) {
        // In pieces: V8 then optimizes the loop as a hot function instead of by on-stack replacement.
        this.#handTo(handler, Math.min(left, MOST));
        // The signal of another iteration.
        this.#gate.shut = this.#closing;
        left = max - (source.count - before);
      }
    } finally {
      if (!this.closed) source.settle();
    }
    return source.count - before;
  }

  // ---------------------------------------------------------------- what is there and what comes

  /**
   * Calls `handler` with every record, as a view of the memory, until the reader is closed.
   *
   * The argument is valid until the handler returns. Then it shows another record. The handler must not be async.
   *
   * @returns A promise that is fulfilled by `close` and by a signal of `untilInterrupted`. It is rejected with the reason
   * of another signal, with the error of the handler, or with a {@link RecordError} for a record that does not have its
   * type. That record is consumed; later records stay in the ring, and `forEach` can be called again.
   *
   * @example
   * ```ts
   * await events.forEach((event) => counts.set(event.pid, (counts.get(event.pid) ?? 0n) + 1n));
   * ```
   */
  forEach(handler: Handler, options: IterationOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#mayWait();
      checkFunction(handler, `handler of ${this.#what}`);
      const { signal } = checkIteration(options, `forEach of ${this.#what}`);
      throwIfAborted(signal);
      // Like AsyncLocalStorage.snapshot, in fewer steps.
      const { AsyncResource } = process.getBuiltinModule("node:async_hooks");
      const context = new AsyncResource("EBPF_READER");
      const drain = (): boolean => this.#pump(handler);
      const onAbort = (): void => {
        if (this.#handing) {
          this.#gate.shut = true;
          this.#waiters.soon(pump);
        } else {
          pump();
        }
      };
      const finish = (end: () => void): void => {
        signal?.removeEventListener("abort", onAbort);
        this.#waiters.leave(pump);
        if (!super.closed) this.#source.settle();
        end();
      };
      const pump = (): void => {
        try {
          throwIfAborted(signal);
          if (this.closed) {
            finish(() => this.#finish(resolve, reject));
          } else if (signal?.aborted) {
            finish(resolve);
          } else {
            const empty = context.runInAsyncScope(drain);
            if (empty) this.#waiters.wait(pump);
            else this.#waiters.soon(pump);
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
   * Iterates over records as independent objects.
   *
   * A record stays in the ring until the loop requests it. After the loop, unread records are available to the next.
   *
   * @throws During iteration: the reason of a signal, unless it is one of `untilInterrupted`, which ends the loop;
   * {@link RecordError} for a record that does not have its type.
   * @throws {@link ClosedError} after `close`. `close` ends running loops.
   *
   * @example
   * ```ts
   * for await (const event of events.values({ signal: AbortSignal.timeout(1000) })) console.log(event);
   * ```
   */
  values(options: IterationOptions = {}): AsyncIterableIterator<T> {
    this.#mayWait();
    const { signal } = checkIteration(options, `values of ${this.#what}`);
    return new Records<T>(this.#cursor, signal);
  }

  /** The same as `values()`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this.values();
  }

  /**
   * Iterates over arrays of the available records: at least one, at most `max`.
   *
   * @throws The errors of `values`. The records before an unreadable one form a batch.
   *
   * @example
   * ```ts
   * for await (const batch of events.batches({ max: 256 })) await insert(batch);
   * ```
   */
  batches(options: BatchOptions = {}): AsyncIterableIterator<T[]> {
    this.#mayWait();
    const { max = MOST, signal } = checkBatches(options, `batches of ${this.#what}`);
    return new Batches<T>(this.#cursor, max, signal);
  }

  /** Returns the records as a Node stream in object mode. After `destroy`, unread records stay in the ring. */
  toNodeStream(options: IterationOptions = {}): Readable {
    return nodeStream(this.values(options));
  }

  /** Returns the records as a web stream. After `cancel`, unread records stay in the ring. */
  toWebStream(options: IterationOptions = {}): ReadableStream<T> {
    return webStream(this.values(options));
  }

  /**
   * Reads records for which the kernel does not wake the reader: those sent with BPF_RB_NO_WAKEUP, or fewer than a
   * watermark.
   */
  flush(): void {
    if (this.closed) throw new ClosedError(`${this.#what} is closed`);
    this.#waiters.wake();
  }

  /** Keeps the process alive while the reader waits for records. This is the default. */
  ref(): this {
    this.#waiters.ref();
    return this;
  }

  /** Lets the process end while the reader waits for records. */
  unref(): this {
    this.#waiters.unref();
    return this;
  }

  /**
   * Closes the reader. Loops end, `forEach` is fulfilled, and unread records stay in the ring. In a handler, it takes
   * effect when the handler returns. Views of records then throw or are empty.
   */
  override close(): void {
    if (super.closed) return;
    this.#closing = true;
    this.#gate.shut = true;
    if (this.#handing) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#source.settle();
    this.#waiters.close();
    super.close();
    this.#waiters.dismiss();
  }

  // ---------------------------------------------------------------- inside

  readonly #cursor = {
    closed: (): boolean => this.closed,
    look: (max: number): boolean => this.#source.look(max),
    take: (): T | typeof SKIPPED => this.#source.take(),
    collect: (into: T[], max: number): void => {
      this.#source.collect(into, max);
      this.#source.settle();
    },
    wait: (waiter: () => void): void => this.#waiters.wait(waiter),
    leave: (waiter: () => void): void => this.#waiters.leave(waiter),
    soon: (waiter: () => void): void => this.#waiters.soon(waiter),
    settle: (): void => {
      if (!super.closed) this.#source.settle();
    },
    finish: (done: () => void, failed: (reason: unknown) => void): void => this.#finish(done, failed),
    budget: (): Budget => this.#budget,
  };

  #mayRead(): void {
    if (this.closed) throw new ClosedError(`${this.#what} is closed`);
    if (this.#handing) throw new InvalidArgumentError(`${this.#what} cannot be read from its own handler`);
  }

  /** Like `#mayRead`, but a loop over a reader that an interruption closed ends instead of throwing. */
  #mayWait(): void {
    if (!this.closed || !isInterrupted(this.#signal)) this.#mayRead();
  }

  #handTo(handler: Handler, most: number): void {
    this.#handing = true;
    try {
      this.#source.hand(handler, most, this.#gate);
    } finally {
      this.#handing = false;
      if (this.#closing) this.close();
    }
  }

  /** Drains within the budget. True when the ring is empty; the next record then wakes the reader. */
  #pump(handler: Handler): boolean {
    const source = this.#source;
    // Starts with few records, because one may take long, and increases with the time that is left.
    let chunk = 16;
    let rest = chunk;
    // Called once in each turn of the event loop.
    let now = performance.now();
    const end = now + this.#budget.milliseconds;
    for (;;) {
      if (!source.look(rest)) return true;
      const before = source.count;
      this.#handTo(handler, rest);
      if (this.closed) return false;
      if (this.#gate.shut) {
        this.#gate.shut = false;
        return false;
      }
      rest -= source.count - before + LOOK;
      if (rest > 0) continue;
      const since = now;
      now = performance.now();
      if (now >= end) {
        source.settle();
        return false;
      }
      if (chunk < MOST) chunk = ((now - since) / chunk) * MOST < (end - now) / 4 ? MOST : chunk * 2;
      rest = chunk;
    }
  }

  #finish(done: () => void, failed: (reason: unknown) => void): void {
    if (this.#signal?.aborted && !isInterrupted(this.#signal)) failed(this.#signal.reason);
    else done();
  }
}
