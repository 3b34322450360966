import { LinkObjectsError, NotSupportedError } from "../../errors.ts";
import { isNativeError } from "../../native/handle.ts";
import { type Native, native } from "../../native.ts";

/**
 * Makes one object of several, with libbpf's linker.
 *
 * @throws NotSupportedError where the addon cannot be loaded: all else that bpf2ts does works without.
 * @throws LinkObjectsError with what libbpf said.
 */
export function link(objects: readonly Uint8Array[]): Uint8Array {
  try {
    return addon().linkObjects(objects);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw new LinkObjectsError(objects.length, error.errno, error.log);
  }
}

function addon(): Native {
  try {
    return native();
  } catch (cause) {
    throw new NotSupportedError("cannot link several sources: that takes the addon, which cannot be loaded", {
      operation: "link",
      remedy: "Put them into one source with #include, or run this on Linux",
      cause,
    });
  }
}
