import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachTracing, type TracingOptions } from "./tracing.ts";

/**
 * Attaches one program to both the entry and the return of a kernel function.
 *
 * The function was chosen when the program was loaded: by its SEC name, or `attachTo` of its spec.
 *
 * @returns A link that the caller closes.
 * @throws NotSupportedError when this kernel cannot, AttachError when it refuses for another reason.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 7.0.
 */
export function fsession(program: Attachable, options: TracingOptions = {}): Link {
  return attachTracing(program, "fsession", "trace-fsession", options, { since: "7.0" });
}
