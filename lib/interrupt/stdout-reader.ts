import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { type Native, native } from "../native/addon.ts";

/**
 * Milliseconds between two checks. No event reports a closed stdout, because libuv does not poll a stream that has
 * nothing to write.
 */
const LOOK_INTERVAL = 500;

/**
 * Calls a function when stdout has no reader any more: its terminal, or the other end of its pipe or socket, is closed.
 * The checks do not keep the process alive.
 *
 * @returns A function that ends the checks.
 */
export function watchStdoutReader(gone: () => void): () => void {
  const addon = hasReader() ? addonIfAny() : undefined;
  if (addon === undefined) return () => {};
  const timer = setInterval(() => {
    if (addon.hasHungUp(1)) gone();
  }, LOOK_INTERVAL).unref();
  return () => clearInterval(timer);
}

/** Whether another process can read stdout, unlike a file or /dev/null. */
function hasReader(): boolean {
  try {
    const stats = fstatSync(1);
    return stats.isFIFO() || stats.isSocket() || isatty(1);
  } catch {
    return false;
  }
}

/** Returns undefined without the addon. Then only a write detects a closed pipe, because Node has no function for it. */
function addonIfAny(): Native | undefined {
  try {
    return native();
  } catch {
    return undefined;
  }
}
