import { AddonError, NotSupportedError, PlatformError } from "../../errors/index.ts";
import { linkObjects } from "../../load/link-objects.ts";

/**
 * Links several objects into one with the linker of libbpf.
 *
 * @throws {@link NotSupportedError} when the addon cannot be loaded. Only linking needs it.
 * @throws {@link LinkObjectsError} with the messages of libbpf.
 */
export function link(objects: readonly Uint8Array[]): Uint8Array {
  try {
    return linkObjects(objects);
  } catch (cause) {
    if (!(cause instanceof AddonError) && !(cause instanceof PlatformError)) throw cause;
    throw new NotSupportedError("cannot link several sources: the native addon cannot be loaded", {
      operation: "link",
      remedy: "Put them into one source with #include, or run this on Linux",
      cause,
    });
  }
}
