import { EACCES, EBUSY, EPERM } from "../errors/errno.ts";
import { type EbpfError, LinkError, PermissionError } from "../errors/index.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { guardUntilClosed, releaseGuard } from "./exit-guard.ts";
import { letEnd } from "./keep-alive.ts";

/**
 * Closes a native link. The handle stays valid after an error.
 *
 * @param what - For messages: `link of program "p"`.
 * @throws {@link PermissionError}, {@link LinkError} when the program stays attached.
 */
export function closeLink(handle: Handle, what: string): void {
  closeWith(["sys_admin"], handle, what);
}

/** Like {@link closeLink}, for an attachment over netlink, which {@link guardLink} guards. */
export function closeNetlink(handle: Handle, what: string): void {
  closeWith(["netlink"], handle, what);
  releaseGuard(handle);
}

/** Like {@link closeLink}, for other links that {@link guardLink} guards. */
export function closeGuarded(handle: Handle, what: string): void {
  closeLink(handle, what);
  releaseGuard(handle);
}

/** Closes a link at the end of the process, because the attachment would outlive the process. */
export function guardLink(handle: Handle, what: string): void {
  guardUntilClosed(handle, () => closeLink(handle, what));
}

function closeWith(capabilities: readonly Capability[], handle: Handle, what: string): void {
  const status = native().linkClose(handle);
  if (status !== 0) throw closeError(what, -status, capabilities);
  letEnd(handle);
}

function closeError(what: string, errno: number, capabilities: readonly Capability[]): EbpfError {
  const message = `cannot close ${what}, which stays attached`;
  const operation = "close";
  if (errno === EPERM || errno === EACCES) {
    const remedy =
      privilegeRemedy(capabilities) ?? "The place is locked (SO_LOCK_FILTER), or a security policy denies it";
    return new PermissionError(message, { operation, errno, remedy });
  }
  const remedy =
    errno === EBUSY
      ? "Another user holds the probe, such as perf or a file of tracefs. Call close() again when it has ended"
      : "Call close() again";
  return new LinkError(message, { operation, errno, remedy });
}
