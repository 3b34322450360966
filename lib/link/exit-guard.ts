import { writeSync } from "node:fs";
import type { Handle } from "../native/handle.ts";

// Attachments over netlink and probes in tracefs outlive the process. The addon removes them when its environment ends.
// process.exit, an uncaught exception and a signal end the process without ending the environment, so the handlers in
// this file remove the attachments then. A worker receives no signals, and process.exit of the main thread ends the
// environment of the worker.

const guarded = new globalThis.Map<Handle, () => void>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Calls `close` when the process ends, unless `releaseGuard` is called before. */
export function guardUntilClosed(handle: Handle, close: () => void): void {
  if (guarded.size === 0) {
    process.on("exit", closeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  guarded.set(handle, close);
}

export function releaseGuard(handle: Handle): void {
  if (guarded.delete(handle) && guarded.size === 0) stop();
}

function stop(): void {
  process.off("exit", closeAll);
  for (const signal of signals) process.off(signal, onSignal);
}

function closeAll(): void {
  for (const close of guarded.values()) {
    try {
      close();
    } catch (error) {
      warn(error);
    }
  }
  guarded.clear();
}

/** process.emitWarning would print after the end of the process. */
function warn(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  try {
    writeSync(2, `(node:${process.pid}) [EBPF_NOT_CLOSED] EbpfWarning: ${text}\n`);
  } catch {
    // Nobody reads stderr.
  }
}

function onSignal(signal: NodeJS.Signals): void {
  // Another listener decides what the signal does. Without any other listener, the signal must end the process.
  if (process.listenerCount(signal) > 1) return;
  closeAll();
  stop();
  process.kill(process.pid, signal);
}
