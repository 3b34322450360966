import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachTracing, type TracingOptions } from "./tracing.ts";

/**
 * Attaches a program to the entry of a kernel function, or of another BPF program's.
 *
 * The function was chosen when the program was loaded: by its SEC name, or `attachTo` of its spec.
 *
 * @returns A link that the caller closes.
 * @throws NotSupportedError when this kernel cannot, AttachError when it refuses for another reason.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.5.
 */
export function fentry(program: Attachable, options: TracingOptions = {}): Link {
  return attachTracing(program, "fentry", "trace-fentry", options, { since: "5.5" });
}
