import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachTracing, type TracingOptions } from "./tracing.ts";

/**
 * Attaches a program that can return in a kernel function's place: of those that allow it, `security_*` and functions for error injection.
 *
 * The function was chosen when the program was loaded: by its SEC name, or `attachTo` of its spec.
 *
 * @returns A link that the caller closes.
 * @throws NotSupportedError when this kernel cannot, AttachError when it refuses for another reason.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.7.
 */
export function fmodRet(program: Attachable, options: TracingOptions = {}): Link {
  return attachTracing(program, "fmod_ret", "modify-return", options, { since: "5.7" });
}
