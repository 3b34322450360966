import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachTracing, type TracingOptions } from "./tracing.ts";

/**
 * Attaches a program to a hook of the Linux Security Modules, where it can deny.
 *
 * The function was chosen when the program was loaded: by its SEC name, or `attachTo` of its spec.
 *
 * @returns A link that the caller closes.
 * @throws NotSupportedError when this kernel cannot, AttachError when it refuses for another reason.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.7.
 */
export function lsm(program: Attachable, options: TracingOptions = {}): Link {
  return attachTracing(program, "LSM hook", "lsm-mac", options, {
    since: "5.7",
    type: "lsm",
    config: "CONFIG_BPF_LSM",
  });
}
