import { EACCES, EPERM } from "../errors/errno.ts";
import { PermissionError, SystemError } from "../errors/index.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { isNativeError } from "../native/handle.ts";

/**
 * Queries the kernel about an open object. Throws an EbpfError when the kernel refuses. If unprivileged BPF is
 * disabled, old kernels refuse a process that has dropped the privilege.
 *
 * @param what - For the message: `program "count"`.
 * @param needed - The capabilities that the query can need.
 */
export function ask<T>(what: string, needed: readonly Capability[], question: () => T): T {
  try {
    return question();
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    const message = `the kernel refuses information about ${what}`;
    const details = { operation: "info", errno, cause };
    if (errno === EPERM || errno === EACCES)
      throw new PermissionError(message, { ...details, remedy: privilegeRemedy(needed) });
    throw new SystemError(message, details);
  }
}
