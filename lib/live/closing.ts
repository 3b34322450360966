import type { Handle } from "../native/handle.ts";

/** Returns what `use` makes of a handle, and closes the handle if `use` throws. */
export function closedOnError<T>(
  handle: Handle,
  close: (handle: Handle) => unknown,
  use: (handle: Handle) => T,
): T {
  try {
    return use(handle);
  } catch (error) {
    close(handle);
    throw error;
  }
}
