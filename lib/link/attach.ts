import { E2BIG, EACCES, EBUSY, EEXIST, EINVAL, ENOSYS, ENOTSUPP, EOPNOTSUPP, EPERM } from "../errno.ts";
import {
  AttachError,
  type EbpfError,
  errnoName,
  NotSupportedError,
  PermissionError,
  ProgramTypeError,
} from "../errors.ts";
import { deniedRemedy } from "../explain/denied.ts";
import { libbpfSays } from "../explain/last-words.ts";
import type { LinkNature } from "../hooks/index.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import type { ProgramType } from "../spec/index.ts";
import type { Attachable } from "./attachable.ts";
import { kernelLacks } from "./kernel.ts";
import { Link } from "./link.ts";

/** A place to attach to, as far as it can be known before the kernel is asked. */
export interface Hook {
  /** For messages: `tracepoint "syscalls/sys_enter_execve"`. */
  where: string;
  /** The types of program that run there. */
  types: readonly ProgramType[];
  /** The first Linux that has such hooks: `6.6`. */
  since: string;
  /** The options a kernel is built with to have them: `CONFIG_FPROBE`. */
  config?: string;
  /** What attaching asks for, besides CAP_BPF. */
  capability: Capability;
  /** Set for what the kernel makes no bpf_link for. */
  nature?: LinkNature | undefined;
  /** Whether something of it would stay when the process ends. Default: what `nature` says. */
  outlives?: boolean | undefined;
  /** A better error for this failure than its number gives. */
  explain?: (error: NativeError) => EbpfError | undefined;
}

/**
 * Runs one native attach and makes a Link of its handle, or an error class of its failure. Why it failed is only
 * looked into afterwards.
 */
export function attached(program: Attachable, hook: Hook, attach: () => Handle): Link {
  return new Link(attachedHandle(program, hook, attach), program.name, hook.nature, hook.outlives);
}

/** The same, for links of a class of their own. */
export function attachedHandle(program: Attachable, hook: Hook, attach: () => Handle): Handle {
  if (!hook.types.includes(program.type)) {
    throw new ProgramTypeError(
      program.name,
      `program "${program.name}" is of type "${program.type}", ${hook.where} takes ${listed(hook.types)}`,
      program.section === "" ? undefined : `Its section is SEC("${program.section}")`,
    );
  }
  try {
    return attach();
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw failure(program, hook, error);
  }
}

function listed(types: readonly string[]): string {
  return types.map((type) => `"${type}"`).join(" or ");
}

function failure(program: Attachable, hook: Hook, error: NativeError): EbpfError {
  const { errno, log } = error;
  const options = { operation: "attach", errno, cause: error };
  const message = `cannot attach program "${program.name}" to ${hook.where}`;
  const better = hook.explain?.(error);
  if (better !== undefined) return better;
  switch (errno) {
    case EPERM:
    case EACCES:
      return new PermissionError(message, {
        ...options,
        remedy: privilegeRemedy(["bpf", hook.capability]) ?? deniedRemedy(log),
      });
    // E2BIG: the kernel has no such field of the request.
    case E2BIG:
    case EINVAL:
    case EOPNOTSUPP:
    case ENOTSUPP:
    case ENOSYS: {
      const lack = kernelLacks(hook.since, hook.config);
      if (lack !== undefined) return new NotSupportedError(message, { ...options, remedy: lack });
      break;
    }
    case EBUSY:
    case EEXIST:
      return new AttachError(program.name, `${message}: ${errnoName(errno)}`, log, {
        ...options,
        remedy: "Something is attached there already that does not share the place; link.query tells what",
      });
  }
  return new AttachError(program.name, `${message}: ${errnoName(errno)}`, log, {
    ...options,
    remedy: libbpfSays(log),
  });
}
