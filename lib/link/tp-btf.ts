import { NotSupportedError } from "../errors.ts";
import { needsLinux } from "../kernel/version.ts";
import { handleOf } from "../resource.ts";
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
 * Linux 5.5; with a cookie 6.10.
 */
export function tpBtf(program: Attachable, options: TracingOptions = {}): Link {
  void program[handleOf];
  // Kernels that give a cookie to other tracing programs pass over that of these.
  const old = options.cookie === undefined ? undefined : needsLinux(cookieSince);
  if (old !== undefined)
    throw new NotSupportedError(`cannot attach program "${program.name}" to tp_btf with a cookie`, {
      operation: "attach",
      remedy: old,
    });
  return attachTracing(program, "tp_btf", "trace-raw-tp", options, {
    since: "5.5",
    cookieSince,
    config: "CONFIG_DEBUG_INFO_BTF",
  });
}

const cookieSince = "6.10";
