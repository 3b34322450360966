import type { Handle } from "../native/handle.ts";
import { hold, release, unwatch, type Waiting, watch } from "./poller.ts";

/** Who waits for records of one reader, and whether that keeps the process alive. */
export class Waiters {
  readonly #handle: Handle;
  readonly #waiters = new Set<() => void>();
  readonly #watched: Waiting = { wake: () => this.wake() };
  #holds = true;
  #held = false;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Calls back once, when there may be more. */
  wait(waiter: () => void): void {
    this.#waiters.add(waiter);
    if (this.#waiters.size > 1) return;
    watch(this.#handle, this.#watched);
    if (this.#holds) this.#hold(true);
  }

  leave(waiter: () => void): void {
    if (this.#waiters.delete(waiter) && this.#waiters.size === 0) this.#unwait();
  }

  /** Calls back once timers and sockets have had their turn. */
  soon(waiter: () => void): void {
    const immediate = setImmediate(waiter);
    if (!this.#holds) immediate.unref();
  }

  wake(): void {
    if (this.#waiters.size === 0) return;
    this.#call();
    // Those for whom there was nothing have come back.
    if (this.#waiters.size === 0) this.#unwait();
  }

  /** Waits for nothing more. The handle is not watched when this returns, and can be closed. */
  close(): void {
    this.#unwait();
  }

  /** Calls those who waited, after the reader was closed. */
  dismiss(): void {
    this.#call();
  }

  ref(): void {
    this.#holds = true;
    this.#hold(this.#waiters.size > 0);
  }

  unref(): void {
    this.#hold(false);
    this.#holds = false;
  }

  #call(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter();
  }

  #unwait(): void {
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
