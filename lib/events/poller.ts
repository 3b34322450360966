import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";

/** Who waits for a ring. */
export interface Waiting {
  /** The ring may have something new, or room. Does not throw. */
  wake(): void;
}

const ready = new Int32Array(64);
// Only while they wait: what nobody waits for may be collected.
const waiting = new Map<Handle, Waiting>();
let open = 0;
let holds = 0;

/** Opens something that is watched, and starts the watching with the first. */
export function openWatched(open_: () => Handle): Handle {
  if (open === 0) native().pollerStart(deliver, ready, hasLibuv());
  open++;
  try {
    return open_();
  } catch (error) {
    forgetWatched();
    throw error;
  }
}

/** After what `openWatched` opened was closed. */
export function forgetWatched(): void {
  open--;
  if (open === 0) native().pollerStop();
}

/** Calls `wake` once there is an event for `handle`, and again for each one until `unwatch`. */
export function watch(handle: Handle, who: Waiting): void {
  waiting.set(handle, who);
}

export function unwatch(handle: Handle): void {
  waiting.delete(handle);
}

/** Keeps the process alive until the same number of `release`s. */
export function hold(): void {
  if (holds++ === 0) native().pollerHold(true);
}

export function release(): void {
  if (--holds === 0 && open > 0) native().pollerHold(false);
}

function deliver(count: number): void {
  // Whoever is woken may close and open rings, which moves nothing in `ready`.
  for (let i = 0; i < count; i++) waiting.get(ready[i] as Handle)?.wake();
}

/**
 * Bun has functions of libuv that end the process, Deno has none. Both say process.versions.uv, so that they are asked
 * for by name.
 */
function hasLibuv(): boolean {
  const { versions } = process;
  return versions.bun === undefined && versions.deno === undefined && versions.uv !== undefined;
}
