import { LinkObjectsError, NotSupportedError } from "../../errors/index.ts";
import { type Native, native } from "../../native/addon.ts";
import { isNativeError } from "../../native/handle.ts";

/**
 * Links several objects into one with the linker of libbpf.
 *
 * @throws {@link NotSupportedError} when the addon cannot be loaded. Only linking needs it.
 * @throws {@link LinkObjectsError} with the messages of libbpf.
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
    throw new NotSupportedError("cannot link several sources: the native addon cannot be loaded", {
      operation: "link",
      remedy: "Put them into one source with #include, or run this on Linux",
      cause,
    });
  }
}
