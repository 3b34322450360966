import type { Handle } from "../native/handle.ts";
import { hold, release, unwatch, type Waiting, watch } from "./poller.ts";

/** The callers that wait for a ring or a perf buffer, and whether that keeps the process alive. */
export class Waiters {
  readonly #handle: Handle;
  readonly #watched: Waiting = { wake: () => this.wake() };
  // Rarely has more than one element. An array of one is cheaper than a set.
  #waiters: (() => void)[] = [];
  #watching = false;
  #holds = true;
  #held = false;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Calls back once when there may be more records. */
  wait(waiter: () => void): void {
    this.#waiters.push(waiter);
    // A waiter can register again from its own callback. A call of `ref` in the callback found no waiter.
    this.#hold(true);
    if (this.#watching) return;
    this.#watching = true;
    watch(this.#handle, this.#watched);
  }

  leave(waiter: () => void): void {
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return;
    this.#waiters.splice(at, 1);
    if (this.#waiters.length === 0) this.#unwait();
  }

  /** Calls back once after timers and sockets have run. */
  soon(waiter: () => void): void {
    // Not an unreferenced immediate, for which the loop does not interrupt its wait for events.
    if (this.#holds) setImmediate(waiter);
    else setTimeout(waiter, 0).unref();
  }

  wake(): void {
    if (this.#waiters.length === 0) return;
    this.#call();
    // Waiters that found nothing have registered again.
    if (this.#waiters.length === 0) this.#unwait();
  }

  /** Stops waiting. After the call, the handle is not watched and can be closed. */
  close(): void {
    this.#unwait();
  }

  /** Calls the waiters after the reader was closed. */
  dismiss(): void {
    this.#call();
  }

  ref(): void {
    this.#holds = true;
    this.#hold(this.#waiters.length > 0);
  }

  unref(): void {
    this.#hold(false);
    this.#holds = false;
  }

  #call(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  #unwait(): void {
    this.#watching = false;
    unwatch(this.#handle);
    this.#hold(false);
  }

  #hold(held: boolean): void {
    if (held === this.#held || (held && !this.#holds)) return;
    this.#held = held;
    if (held) hold();
    else release();
  }
}
