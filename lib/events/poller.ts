import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";

/** An object that waits for a ring. */
export interface Waiting {
  /** Called when the ring may have records or free space. Does not throw. */
  wake(): void;
}

const ready = new Int32Array(64);
// Contains an object only while it waits, so that unused readers can be garbage collected.
const waiting = new Map<Handle, Waiting>();
let open = 0;
let holds = 0;

/** Opens a ring to watch. The first one starts the poller. */
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

/** Call after closing a ring of `openWatched`. */
export function forgetWatched(): void {
  open--;
  if (open === 0) native().pollerStop();
}

/** Calls `wake` for each event of `handle` until `unwatch`. */
export function watch(handle: Handle, who: Waiting): void {
  waiting.set(handle, who);
}

export function unwatch(handle: Handle): void {
  waiting.delete(handle);
}

/** Keeps the process alive until `release` was called as often. */
export function hold(): void {
  if (holds++ === 0) native().pollerHold(true);
}

export function release(): void {
  if (--holds === 0 && open > 0) native().pollerHold(false);
}

function deliver(count: number): void {
  // A woken reader may close and open rings. That does not change `ready`.
  for (let i = 0; i < count; i++) waiting.get(ready[i] as Handle)?.wake();
}

/**
 * Whether the runtime has libuv. Its functions end the process in Bun and are missing in Deno. Both set
 * process.versions.uv, so this checks for the runtimes by name.
 */
function hasLibuv(): boolean {
  const { versions } = process;
  return versions.bun === undefined && versions.deno === undefined && versions.uv !== undefined;
}
