import { EINVAL, EPERM } from "../errno.ts";
import { NotSupportedError, PermissionError, SystemError } from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import type { Handle } from "../native/handle.ts";
import { isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { Resource } from "../resource.ts";

/** Measuring of programs, which is on for as long as one of these is open. See {@link enableStats}. */
export class StatsSwitch extends Resource {
  /** @internal */
  constructor(handle: Handle) {
    super(handle, "stats switch", native().descriptorClose);
  }
}

/**
 * Has the kernel count and time every run of every program, which costs some 20 ns a run. `program.stats()` tells the
 * results.
 *
 * @returns A switch that the caller closes; measuring ends with the last one open on the machine.
 * @throws PermissionError without CAP_SYS_ADMIN; NotSupportedError before Linux 5.8.
 */
export function enableStats(): StatsSwitch {
  let handle: Handle;
  try {
    handle = native().enableStats();
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    const details = { operation: "enable stats", errno, cause };
    if (errno === EPERM) {
      throw new PermissionError("cannot switch on the measuring of programs", {
        ...details,
        remedy: privilegeRemedy(["sys_admin"]),
      });
    }
    if (errno === EINVAL) {
      throw new NotSupportedError("programs cannot be measured", { ...details, remedy: "Needs Linux 5.8" });
    }
    throw new SystemError("cannot switch on the measuring of programs", details);
  }
  return new StatsSwitch(handle);
}
