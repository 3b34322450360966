import { EACCES, EAGAIN, EINTR, EMFILE, ENFILE, ENOMEM, ENOSYS, EPERM } from "../errors/errno.ts";
import { type EbpfError, PermissionError, SystemError } from "../errors/index.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { environmentRemedy } from "../native/environment.ts";

/**
 * The error for a probe that failed for lack of a privilege or resource. Undefined if the failure is the result of the
 * probe, such as EPERM for a process with all privileges.
 *
 * @param needed - The capabilities that the probe needs.
 */
export function unanswered(
  what: string,
  errno: number,
  needed: readonly Capability[],
): EbpfError | undefined {
  const message = `cannot probe support for ${what}`;
  const details = { operation: "probe", errno };
  switch (errno) {
    case ENOSYS:
    case EPERM:
    case EACCES: {
      const remedy = privilegeRemedy(needed) ?? environmentRemedy();
      return remedy === undefined ? undefined : new PermissionError(message, { ...details, remedy });
    }
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EINTR:
    case EAGAIN:
      return new SystemError(message, details);
    default:
      return undefined;
  }
}
