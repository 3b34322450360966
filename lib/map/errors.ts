import { E2BIG, EACCES, EEXIST, ENOENT, ENOMEM, ENOSPC, EPERM } from "../errno.ts";
import {
  type EbpfError,
  KeyExistError,
  KeyNotExistError,
  MapAccessError,
  MapFullError,
  PermissionError,
  SystemError,
} from "../errors.ts";

/** The error for a status that a map operation answered. */
export function mapError(operation: string, map: string, status: number): EbpfError {
  const errno = -status;
  const options = { operation, errno };
  switch (errno) {
    case ENOENT:
      return new KeyNotExistError(map, options);
    case EEXIST:
      return new KeyExistError(map, options);
    // An array says so of an index past its end, all others of one entry too many.
    case E2BIG:
      return new MapFullError(map, "is full, or the index is past its end", {
        ...options,
        remedy: "Raise max_entries: spec.maps[name].maxEntries before loading",
      });
    case ENOSPC:
      return new MapFullError(map, "is full", options);
    case ENOMEM:
      return new MapFullError(map, "cannot grow: the kernel has no memory for it", options);
    case EACCES:
    case EPERM:
      if (operation === "pin") return new PermissionError(`cannot pin map "${map}"`, options);
      return new MapAccessError(
        map,
        `does not allow "${operation}" from user space: it is frozen or made with access flags`,
        options,
      );
    default:
      return new SystemError(`${operation} on map "${map}" failed`, options);
  }
}
