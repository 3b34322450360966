import { EACCES, EPERM } from "../errors/errno.ts";
import { PermissionError, SystemError } from "../errors/index.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { isNativeError } from "../native/handle.ts";

/**
 * What the kernel answers to a question about something that is open, with an error class for its refusal: where
 * unprivileged BPF is switched off, old kernels answer nobody who has lost the privilege.
 *
 * @param what - For the message: `program "count"`.
 * @param needed - What asking can take.
 */
export function ask<T>(what: string, needed: readonly Capability[], question: () => T): T {
  try {
    return question();
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    const message = `the kernel does not tell of ${what}`;
    const details = { operation: "info", errno, cause };
    if (errno === EPERM || errno === EACCES)
      throw new PermissionError(message, { ...details, remedy: privilegeRemedy(needed) });
    throw new SystemError(message, details);
  }
}
