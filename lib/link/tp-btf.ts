import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";
import { attachTracing, type TracingOptions } from "./tracing.ts";

/**
 * Attaches a program to a tracepoint, whose arguments it sees with their types.
 *
 * The function was chosen when the program was loaded: by its SEC name, or `attachTo` of its spec.
 *
 * @returns A link that the caller closes.
 * @throws NotSupportedError when this kernel cannot, AttachError when it refuses for another reason.
 * @throws ProgramTypeError, PermissionError (CAP_PERFMON), ClosedError.
 *
 * Linux 5.5.
 */
export function tpBtf(program: Attachable, options: TracingOptions = {}): Link {
  return attachTracing(program, "tp_btf", "trace-raw-tp", options, {
    since: "5.5",
    config: "CONFIG_DEBUG_INFO_BTF",
  });
}
