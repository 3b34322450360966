import { type Codec, namingUnknownField } from "../codec/index.ts";
import {
  E2BIG,
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOMEM,
  ENOSPC,
  ENOTSUPP,
  EOPNOTSUPP,
  EPERM,
} from "../errors/errno.ts";
import {
  ClosedError,
  type EbpfError,
  EncodeError,
  KeyExistError,
  KeyNotExistError,
  MapAccessError,
  MapFullError,
  NotSupportedError,
  SystemError,
} from "../errors/index.ts";
import { needsLinux } from "../kernel/version.ts";
import type { MapType } from "../spec/index.ts";

/** The properties of a map that error messages use. */
export interface Blamed {
  readonly name: string;
  readonly type: MapType;
  readonly maxEntries: number;
  readonly closed: boolean;
}

/** Returns the error for a negative status of an operation on a map. */
export function mapError(operation: string, map: Blamed, status: number): EbpfError {
  const errno = -status;
  const options = { operation, errno };
  switch (errno) {
    case ENOENT:
      return new KeyNotExistError({ map: map.name, ...options });
    case EEXIST:
      return new KeyExistError({ map: map.name, ...options });
    case E2BIG:
      return new MapFullError(fullness(map), {
        map: map.name,
        ...options,
        remedy: `Raise maxEntries: spec.maps[${JSON.stringify(map.name)}].maxEntries before loading, or maxEntries of Map.create`,
      });
    case ENOSPC:
      if (operation === "update") return new MapFullError(fullness(map), { map: map.name, ...options });
      break;
    case ENOMEM:
      return new MapFullError("cannot grow: the kernel has no memory for it", { map: map.name, ...options });
    case EACCES:
    case EPERM:
      return new MapAccessError(
        `does not allow "${operation}" from user space: it is frozen, or was created or opened with access flags`,
        { map: map.name, ...options },
      );
    case EBADF:
      if (map.closed) return new ClosedError(`map "${map.name}" is closed`);
      return new SystemError(`${operation} on map "${map.name}" (${map.type}) failed`, {
        ...options,
        remedy: "The value is closed, or has a type that this map does not hold",
      });
    case EOPNOTSUPP:
    case ENOTSUPP:
      return notSupported(operation, map, options);
    case EINVAL:
      // The errno of a deletion from an array.
      if (operation === "delete" || operation === "lookup and delete")
        return notSupported(operation, map, options);
      break;
  }
  return new SystemError(`${operation} on map "${map.name}" (${map.type}) failed`, options);
}

function fullness(map: Blamed): string {
  const isArray = map.type === "array" || map.type === "percpu-array" || map.type === "array-of-maps";
  return isArray
    ? `ends before that index: it has ${map.maxEntries} entries`
    : `is full: it holds ${map.maxEntries} entries`;
}

function notSupported(
  operation: string,
  map: Blamed,
  options: { operation: string; errno: number },
): NotSupportedError {
  return new NotSupportedError(
    `map "${map.name}" does not support "${operation}": it is of type ${map.type}`,
    { ...options, remedy: needsLinux(operation === "lookup and delete" ? takenSince[map.type] : undefined) },
  );
}

/** The first Linux that can remove and return an entry in one step, by map type. */
const takenSince: Partial<Record<MapType, string>> = {
  hash: "5.14",
  "lru-hash": "5.14",
  "percpu-hash": "5.14",
  "lru-percpu-hash": "5.14",
};

/**
 * Adds the map to the error of a codec that could not store `given`, and a misspelt field. Returns other errors unchanged.
 */
export function encodeErrorIn(
  map: string,
  part: "key" | "value",
  codec: Codec<unknown, never>,
  given: unknown,
  cause: unknown,
): unknown {
  const error = namingUnknownField(cause, codec, given);
  if (!(error instanceof EncodeError) || error.map !== undefined) return error;
  // The codec of an unnamed struct has the name "value".
  const path = error.path.replace(/^value\b/, part);
  return new EncodeError({
    path,
    type: error.type,
    expected: error.expected,
    received: error.received,
    map,
    part,
    // The path of a value that is not in a field.
    whole: codec.name,
  });
}
