import { EACCES, EEXIST, ENODEV, ENOTSUP, EPERM } from "../errors/errno.ts";
import { MapAccessError, NotSupportedError, SystemError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { MapBase } from "./map-base.ts";

/** Returns the memory of a map. Closing the map detaches the buffer. */
export function mapping(map: MapBase, writable: boolean): ArrayBuffer {
  const memory = native().mapMemory(map[handleOf], writable);
  if (typeof memory !== "number") return memory;
  const errno = -memory;
  const options = { operation: "mmap", errno };
  switch (errno) {
    case EACCES:
    case EPERM:
      throw new MapAccessError(
        "may not be mapped for writing: it is frozen, opened read-only or mapped read-only",
        { map: map.name, ...options },
      );
    case EEXIST:
      throw new SystemError(
        `cannot map arena "${map.name}": this process already uses its address range`,
        options,
      );
    case ENOTSUP:
      throw new NotSupportedError("this runtime does not support buffers of external memory", options);
    case ENODEV:
      throw new NotSupportedError(`map "${map.name}" cannot be mapped into memory`, {
        ...options,
        remedy: "Needs Linux 5.5",
      });
  }
  if (map.type !== "arena" && !map.flags.includes("mmapable")) {
    throw new NotSupportedError(`map "${map.name}" cannot be mapped into memory`, {
      ...options,
      remedy: 'Create the map with the flag "mmapable" (BPF_F_MMAPABLE)',
    });
  }
  throw new SystemError(`cannot map the memory of map "${map.name}"`, options);
}
