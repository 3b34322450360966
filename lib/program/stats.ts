import { EINVAL, EPERM } from "../errors/errno.ts";
import { NotSupportedError, PermissionError, SystemError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { needsLinux } from "../kernel/version.ts";
import { Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { bpfFilterRemedy, environmentRemedy } from "../native/environment.ts";
import type { Handle } from "../native/handle.ts";
import { isNativeError } from "../native/handle.ts";

/** Keeps statistics of programs enabled while it is open. See {@link enableStats}. */
export class StatsSwitch extends Resource {
  /** @internal */
  constructor(handle: Handle) {
    super(handle, "stats switch", native().descriptorClose);
  }
}

/**
 * Enables counting and timing of all program runs. It costs about 20 ns per run. `program.stats()` returns the results.
 *
 * @returns A switch that the caller closes. Statistics end when the last switch on the machine is closed.
 * @throws {@link PermissionError} without CAP_SYS_ADMIN; {@link NotSupportedError} before Linux 5.8.
 *
 * @example
 * ```ts
 * using switchedOn = enableStats();
 * await setTimeout(1000);
 * console.log(program.stats());
 * ```
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
      throw new PermissionError("cannot enable statistics of programs", {
        ...details,
        remedy: privilegeRemedy(["sys_admin"]) ?? environmentRemedy(),
      });
    }
    const filter = bpfFilterRemedy();
    if (filter !== undefined)
      throw new PermissionError("cannot enable statistics of programs", { ...details, remedy: filter });
    const old = errno === EINVAL ? needsLinux("5.8") : undefined;
    if (old !== undefined)
      throw new NotSupportedError("cannot enable statistics of programs", { ...details, remedy: old });
    throw new SystemError("cannot enable statistics of programs", details);
  }
  return new StatsSwitch(handle);
}
