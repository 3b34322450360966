import type { Status } from "./handle.ts";

/** native/lock.cc */
export interface NativeLock {
  /** A descriptor that holds the lock until it is closed, or a negative errno: EWOULDBLOCK for a locked folder. */
  lockFolder(path: string): Status;
}
