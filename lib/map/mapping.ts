import { EACCES, EEXIST, ENODEV, ENOTSUP, EPERM } from "../errno.ts";
import { MapAccessError, NotSupportedError, SystemError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { MapBase } from "./base.ts";

/** The memory of a map; closing the map detaches it. */
export function mapping(map: MapBase, writable: boolean): ArrayBuffer {
  const memory = native().mapMemory(map[handleOf], writable);
  if (typeof memory !== "number") return memory;
  const errno = -memory;
  const options = { operation: "mmap", errno };
  switch (errno) {
    case EACCES:
    case EPERM:
      throw new MapAccessError(
        map.name,
        "may not be mapped for writing: it is frozen, opened or mapped for reading only",
        options,
      );
    case EEXIST:
      throw new SystemError(
        `cannot map arena "${map.name}": this process uses the addresses that it asks for`,
        options,
      );
    case ENOTSUP:
      throw new NotSupportedError("this runtime has no memory outside of its heap", options);
    case ENODEV:
      throw new NotSupportedError(`map "${map.name}" cannot be mapped into memory`, {
        ...options,
        remedy: "Needs Linux 5.5",
      });
  }
  if (map.type !== "arena" && !map.flags.includes("mmapable")) {
    throw new NotSupportedError(`map "${map.name}" cannot be mapped into memory`, {
      ...options,
      remedy: 'Make it with the flag "mmapable" (BPF_F_MMAPABLE)',
    });
  }
  throw new SystemError(`cannot map the memory of map "${map.name}"`, options);
}
