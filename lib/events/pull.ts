import { throwIfAborted } from "../interrupt/index.ts";
import type { Budget } from "./budget.ts";
import { SKIPPED } from "./failures.ts";

/** The part of a reader that its iterators use. */
export interface RecordCursor<T> {
  closed(): boolean;
  /** Finds a record to take. False when the ring is empty; the next record then wakes the reader. */
  look(max: number): boolean;
  take(): T | typeof SKIPPED;
  /** Takes the found records into an array. */
  collect(into: T[], max: number): void;
  /** Calls back when there may be more records, or after the reader was closed. */
  wait(waiter: () => void): void;
  leave(waiter: () => void): void;
  /** Calls back after timers and sockets have run. */
  soon(waiter: () => void): void;
  /** Returns the space of taken records to the kernel. */
  settle(): void;
  /** Calls one of the two callbacks, depending on the reason of the close. */
  finish(done: () => void, failed: (reason: unknown) => void): void;
  budget(): Budget;
}

interface Asked<V> {
  resolve(result: IteratorResult<V>): void;
  reject(reason: unknown): void;
}

/** An iterator that takes records from the ring only on demand. */
export abstract class Pull<T, V> implements AsyncIterableIterator<V> {
  protected readonly cursor: RecordCursor<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #asked: Asked<V>[] = [];
  readonly #serve = (): void => this.#answer();
  #ended = false;

  constructor(cursor: RecordCursor<T>, signal: AbortSignal | undefined) {
    throwIfAborted(signal);
    this.cursor = cursor;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#serve, { once: true });
  }

  /** Returns the next result; a record is available. SKIPPED when the record is skipped. */
  protected abstract give(): V | typeof SKIPPED;
  /** The number of records to look for. */
  protected abstract readonly most: number;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<V>> {
    // Requests are served in order.
    if (this.#asked.length === 0) {
      try {
        const result = this.#attempt();
        if (result !== undefined) return Promise.resolve(result);
      } catch (error) {
        this.#end();
        return Promise.reject(error);
      }
    }
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<V>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<V>> {
    this.#end();
    return Promise.reject(error);
  }

  /** Returns the next result; undefined when #serve will provide it later. */
  #attempt(): IteratorResult<V> | undefined {
    if (this.#ended) return { done: true, value: undefined };
    if (this.#signal?.aborted) {
      throwIfAborted(this.#signal);
      this.#end();
      return { done: true, value: undefined };
    }
    if (this.cursor.closed()) {
      this.cursor.finish(
        () => this.#end(),
        (reason) => {
          throw reason;
        },
      );
      return { done: true, value: undefined };
    }
    for (;;) {
      // Promises that are fulfilled immediately would starve timers and sockets while there are records.
      if (this.cursor.budget().spent) {
        this.cursor.settle();
        this.cursor.soon(this.#serve);
        return undefined;
      }
      if (!this.cursor.look(this.most)) break;
      const value = this.give();
      if (value !== SKIPPED) return { done: false, value };
    }
    this.cursor.wait(this.#serve);
    return undefined;
  }

  #answer(): void {
    for (;;) {
      const asked = this.#asked[0];
      if (asked === undefined) return;
      try {
        const result = this.#attempt();
        if (result === undefined) return;
        this.#asked.shift();
        asked.resolve(result);
      } catch (error) {
        this.#asked.shift();
        this.#end();
        asked.reject(error);
      }
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#serve);
    this.cursor.leave(this.#serve);
    this.cursor.settle();
    for (const { resolve } of this.#asked.splice(0)) resolve({ done: true, value: undefined });
  }
}
