import type { Handle } from "../native/handle.ts";
import { native } from "../native.ts";

// Attachments made over netlink outlive the process, and so do the names of probes in tracefs. The addon undoes them
// when its environment ends, but that does not happen when process.exit, an uncaught exception or a signal ends the
// process: those are for the handlers here. A worker sees no signals; process.exit of the main thread ends its
// environment properly.

const guarded = new Set<Handle>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

export function guardUntilClosed(handle: Handle): void {
  if (guarded.size === 0) {
    process.on("exit", closeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  guarded.add(handle);
}

export function releaseGuard(handle: Handle): void {
  if (guarded.delete(handle) && guarded.size === 0) stop();
}

function stop(): void {
  process.off("exit", closeAll);
  for (const signal of signals) process.off(signal, onSignal);
}

function closeAll(): void {
  for (const handle of guarded) native().linkClose(handle);
  guarded.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  // Whoever else listens decides what the signal does; without our listener it would have ended the process.
  if (process.listenerCount(signal) > 1) return;
  closeAll();
  stop();
  process.kill(process.pid, signal);
}
