import { AsyncResource } from "node:async_hooks";
import { performance } from "node:perf_hooks";
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
import { type Gate, MOST, type Source } from "./source.ts";
import { nodeStream, webStream } from "./streams.ts";
import { Waiters } from "./waiters.ts";

/** What a look at the ring counts for, in records: those that a program discarded take time, too. */
const LOOK = 16;

/**
 * What RingBuf and PerfBuf have in common: a ring in the kernel is looked at, what is found stays there until it was
 * handed to somebody, and whoever waits is woken.
 *
 * Every way of reading takes from the same source, so that they can be mixed and take turns.
 */
export abstract class RingReader<T, Handler extends (...args: never[]) => unknown> extends Resource {
  readonly #what: string;
  readonly #source: Source<T, Handler>;
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
    source: Source<T, Handler>,
    options: ReaderOptions,
  ) {
    super(handle, what, close);
    this.#what = what;
    this.#source = source;
    this.#waiters = new Waiters(handle);
    this.#budget = new Budget(options.budget ?? 4);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    // Interrupted before it was opened: loops over it end at once, as they would a moment later.
    if (this.#signal?.aborted) this.close();
  }

  /** True once the reader is closed, or will be as soon as the handler that closed it returns. */
  override get closed(): boolean {
    return this.#closing || super.closed;
  }

  /** Records handed out since the reader was made; while a handler runs, those of its stretch are not counted yet. */
  get count(): number {
    return this.#source.count;
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
    checkFunction(handler, `handler of ${this.#what}`);
    checkMost(max, `records to take from ${this.#what}`);
    const source = this.#source;
    const before = source.count;
    try {
      for (let left = max; left > 0 && !this.closed && source.look(left); ) {
        // In pieces, so that the loop is compiled as what is called often, and not anew each time while it runs.
        this.#handTo(handler, Math.min(left, MOST));
        // Somebody else's signal, of a reading that is not this one.
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
   * Hands every record to `handler`, in place, until the reader is closed.
   *
   * What the handler gets is valid until it returns, and then shows another record. It must not be async.
   *
   * @returns A promise that is fulfilled by `close` and by a signal of `untilInterrupted`, and rejected with the reason of
   * any other signal or with what the handler throws. The record that it threw at counts as handed, those behind it stay in the ring: `forEach` can be called again.
   * @throws RecordError, by the promise, for a record that is not of the type.
   */
  forEach(handler: Handler, options: IterationOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#mayWait();
      checkFunction(handler, `handler of ${this.#what}`);
      const { signal } = checkIteration(options, `forEach of ${this.#what}`);
      throwIfAborted(signal);
      // What AsyncLocalStorage.snapshot does, in fewer steps.
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
   * Records one by one, as objects of their own.
   *
   * They stay in the ring until they are asked for. When the loop is left, what it was not given is there for the next.
   *
   * @throws From the iteration: the reason of a signal, unless it is of `untilInterrupted`, which ends the loop;
   * RecordError for a record that is not of the type.
   * @throws ClosedError after `close`. A loop that is under way ends.
   */
  values(options: IterationOptions = {}): AsyncIterableIterator<T> {
    this.#mayWait();
    const { signal } = checkIteration(options, `values of ${this.#what}`);
    return new Records<T>(this.#cursor, signal);
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
    this.#mayWait();
    const { max = MOST, signal } = checkBatches(options, `batches of ${this.#what}`);
    return new Batches<T>(this.#cursor, max, signal);
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
    if (this.closed) throw new ClosedError(`${this.#what} is closed`);
    this.#waiters.wake();
  }

  /** Waiting for records keeps the process alive: the default. */
  ref(): this {
    this.#waiters.ref();
    return this;
  }

  /** Waiting for records keeps the process alive no more. */
  unref(): this {
    this.#waiters.unref();
    return this;
  }

  /**
   * Gives the ring up. Loops end, `forEach` is fulfilled; what was not handed out stays in the ring. In a handler, it
   * takes effect when the handler returns. A view that was kept reads nothing afterwards: it throws, or is empty.
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
    if (this.#handing)
      throw new InvalidArgumentError(`${this.#what} cannot be read from inside a handler that it calls`);
  }

  /** As `#mayRead`, but what waits on a reader that an interruption closed ends instead of throwing. */
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

  /** Drains for as long as the budget allows. True when the ring is empty and the next record wakes. */
  #pump(handler: Handler): boolean {
    const source = this.#source;
    // Begins small, since one record may take long, and asks for many at once where as many fit into what is left.
    let chunk = 16;
    let rest = chunk;
    // It is called once a turn of the loop: the budget is its own.
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
