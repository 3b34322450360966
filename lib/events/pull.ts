import { throwIfAborted } from "../interrupt/index.ts";
import type { Budget } from "./budget.ts";
import { SKIPPED } from "./failures.ts";

/** The inside of a reader, as its iterators see it. */
export interface Cursor<T> {
  closed(): boolean;
  /** Makes sure that there is a record to take; false when the ring is empty and the next record wakes. */
  look(max: number): boolean;
  take(): T | typeof SKIPPED;
  /** Takes what was found into an array. */
  collect(into: T[], max: number): void;
  /** Calls back when there may be more, or the reader was closed. */
  wait(waiter: () => void): void;
  leave(waiter: () => void): void;
  /** Calls back after timers and sockets have had their turn. */
  soon(waiter: () => void): void;
  /** Gives what was taken back to the kernel. */
  settle(): void;
  /** Calls one of both, depending on what closed the reader. */
  finish(done: () => void, failed: (reason: unknown) => void): void;
  budget(): Budget;
}

interface Asked<V> {
  resolve(result: IteratorResult<V>): void;
  reject(reason: unknown): void;
}

/** Gives out records when they are asked for, and takes none before. */
export abstract class Pull<T, V> implements AsyncIterableIterator<V> {
  protected readonly cursor: Cursor<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #asked: Asked<V>[] = [];
  readonly #serve = (): void => this.#answer();
  #ended = false;

  constructor(cursor: Cursor<T>, signal: AbortSignal | undefined) {
    throwIfAborted(signal);
    this.cursor = cursor;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#serve, { once: true });
  }

  /** What to give out; there is a record to take. SKIPPED when nothing came of it. */
  protected abstract give(): V | typeof SKIPPED;
  /** How many records to look for. */
  protected abstract readonly most: number;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<V>> {
    // While another one waits, this one waits behind it.
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

  /** The next result; undefined when #serve will be called for it. */
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
      // Promises that are fulfilled at once keep timers and sockets from their turn for as long as there are records.
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
