import { EACCES, EDESTADDRREQ, ENOENT, EPERM } from "../errno.ts";
import { AttachError, AttachTargetError, type EbpfError, errnoName, PermissionError } from "../errors.ts";
import type { Handle } from "../native/handle.ts";
import { isNativeError } from "../native/handle.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";

/**
 * Runs one native attach and makes a Link of its handle, or an error class of its failure.
 *
 * @param where - For the message: `tracepoint "syscalls/sys_enter_execve"`.
 */
export function attached(program: Attachable, where: string, attach: () => Handle): Link {
  try {
    return new Link(attach(), program.name);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw attachError(program, where, error.errno, error.log);
  }
}

function attachError(program: Attachable, where: string, errno: number, log: string): EbpfError {
  const options = { operation: "attach", errno };
  const message = `cannot attach program "${program.name}" to ${where}`;
  switch (errno) {
    case EPERM:
    case EACCES:
      return new PermissionError(message, {
        ...options,
        remedy: "Run as root, or with CAP_BPF and CAP_PERFMON",
      });
    case EDESTADDRREQ:
      return new AttachTargetError(
        program.name,
        `cannot attach program "${program.name}": SEC("${program.section}") does not say where`,
        "Attach it with the function of its kind, as link.tracepoint(program, …)",
      );
    case ENOENT:
      return new AttachError(program.name, `${message}: there is no such hook in this kernel`, log, options);
    default:
      return new AttachError(program.name, `${message}: ${errnoName(errno)}`, log, options);
  }
}
