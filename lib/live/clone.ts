import { SystemError } from "../errors/index.ts";
import { type Handle, isNativeError } from "../native/handle.ts";

/**
 * Creates another handle of an open object.
 *
 * @param what - For the message: `program "count"`.
 * @throws {@link SystemError} (EMFILE) without a free descriptor.
 */
export function cloneHandle(what: string, clone: () => Handle): Handle {
  try {
    return clone();
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    throw new SystemError(`cannot clone ${what}`, { operation: "clone", errno: cause.errno, cause });
  }
}
