import type { Handle } from "../native/handle.ts";

/** Returns the result of `use` for a handle. Closes the handle if `use` throws. */
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
