import { EACCES, EBUSY, EPERM } from "../errors/errno.ts";
import { InvalidArgumentError, PermissionError, SystemError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { MapBase } from "../map/index.ts";
import { isNativeError } from "../native/handle.ts";
import type { MapType } from "../spec/index.ts";

const readers: Partial<Record<MapType, string>> = {
  ringbuf: "RingBuf",
  "user-ringbuf": "UserRingBuf",
  "perf-event-array": "PerfBuf",
};

/** @throws {@link InvalidArgumentError} when the map is not of that type, {@link ClosedError} when it is closed. */
export function checkMap(map: MapBase, wanted: "ringbuf" | "user-ringbuf" | "perf-event-array"): void {
  const reader = readers[wanted];
  if (!(map instanceof MapBase)) throw new InvalidArgumentError(`map of ${reader}: expected a Map`);
  // Throws when the map is closed.
  map[handleOf];
  if (map.type === wanted) return;
  const other = readers[map.type];
  throw new InvalidArgumentError(
    `map of ${reader}: expected a map of type "${wanted}", received map "${map.name}" of type "${map.type}"`,
    { remedy: other === undefined ? undefined : `Use ${other}` },
  );
}

/**
 * The error for a ring that could not be opened.
 *
 * @param user - The kind of reader in this process that may already have the ring open, for messages.
 */
export function openError(what: string, user: string, error: unknown): unknown {
  if (!isNativeError(error)) return error;
  if (error.errno === EBUSY)
    return new InvalidArgumentError(`${what} already has a ${user}, in this or another thread`, {
      remedy: "Close it first, or pass its records on",
      cause: error,
    });
  const options = { operation: "open", errno: error.errno, cause: error };
  if (error.errno === EPERM || error.errno === EACCES)
    return new PermissionError(`cannot open ${what}`, {
      ...options,
      remedy: "The map may be read-only from user space, or CAP_PERFMON is missing",
    });
  return new SystemError(`cannot open ${what}`, options);
}
