import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";

// Attachments over netlink and probes in tracefs outlive the process. The addon removes them when its environment ends.
// process.exit, an uncaught exception and a signal end the process without ending the environment, so the handlers in
// this file remove the attachments then. A worker receives no signals, and process.exit of the main thread ends the
// environment of the worker.

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
  // Another listener decides what the signal does. Without any other listener, the signal must end the process.
  if (process.listenerCount(signal) > 1) return;
  closeAll();
  stop();
  process.kill(process.pid, signal);
}
