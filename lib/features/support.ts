import { type EbpfError, PermissionError, SystemError } from "../errors/index.ts";
import { needsLinux } from "../kernel/version.ts";

/** The answer of a probe. */
export interface Support {
  /** `"unknown"` if this process cannot find out, for example because a capability is missing. */
  readonly supported: boolean | "unknown";
  /** Why it is not supported, or why this process cannot find out. Undefined if it is supported. */
  readonly reason: string | undefined;
  /** The first version of Linux that has it: `6.6`. Undefined if it is older than 4.10 or not known. */
  readonly since: string | undefined;
}

/**
 * Turns a question that throws when it has no answer into data.
 *
 * @param lack - The reason of a negative answer that the version of the kernel does not give.
 */
export function supportOf(ask: () => boolean, since: string | undefined, lack: () => string): Support {
  try {
    if (ask()) return { supported: true, reason: undefined, since };
  } catch (error) {
    if (!(error instanceof PermissionError) && !(error instanceof SystemError)) throw error;
    return { supported: "unknown", reason: reasonOf(error), since };
  }
  return { supported: false, reason: needsLinux(since) ?? lack(), since };
}

function reasonOf(error: EbpfError): string {
  return error.remedy ?? error.message;
}
