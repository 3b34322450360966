import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { type Native, native } from "../native/addon.ts";

/** Milliseconds between two looks. No event says it: libuv does not poll a stream that has nothing to write. */
const LOOK_INTERVAL = 500;

/**
 * Calls a function when nothing reads stdout any more: the other end of its pipe or socket is closed, or its terminal. The
 * looks do not keep the process alive.
 *
 * @returns A function that ends the looks.
 */
export function watchStdoutReader(gone: () => void): () => void {
  const addon = hasReader() ? addonIfAny() : undefined;
  if (addon === undefined) return () => {};
  const timer = setInterval(() => {
    if (addon.hasHungUp(1)) gone();
  }, LOOK_INTERVAL).unref();
  return () => clearInterval(timer);
}

/** Whether stdout is something that another process reads, unlike a file and /dev/null. */
function hasReader(): boolean {
  try {
    const stats = fstatSync(1);
    return stats.isFIFO() || stats.isSocket() || isatty(1);
  } catch {
    return false;
  }
}

/** Without the addon, only a write finds out: nothing else in Node asks whether a pipe has a reader. */
function addonIfAny(): Native | undefined {
  try {
    return native();
  } catch {
    return undefined;
  }
}
