import { atEndOfTurn } from "../live/end-of-turn.ts";
import type { Handle } from "../native/handle.ts";

// An attached program works for this process, as an open server does: without this, Node would end a script that
// attaches programs and then only waits for a signal.

const kept = new Set<Handle>();
/** Fires once in 24 days. It exists while `kept` has links. */
let timer: NodeJS.Timeout | undefined;

export function keepAlive(handle: Handle): void {
  kept.add(handle);
  // Deferred, since a link that is closed in the same turn needs no timer.
  if (timer === undefined) atEndOfTurn(startTimer);
}

function startTimer(): void {
  if (kept.size > 0) timer ??= setInterval(() => {}, 0x7fff_ffff);
}

export function letEnd(handle: Handle): void {
  if (!kept.delete(handle) || kept.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
