import { type EbpfError, PermissionError, SystemError } from "../errors/index.ts";
import { needsLinux } from "../kernel/version.ts";

/** The result of a probe. */
export interface Support {
  /** `"unknown"` if this process cannot probe it, for example because a capability is missing. */
  readonly supported: boolean | "unknown";
  /** The reason why the feature is not supported, or cannot be probed. Undefined if it is supported. */
  readonly reason: string | undefined;
  /** The first version of Linux that has the feature: `6.6`. Undefined if it is older than 4.10 or unknown. */
  readonly since: string | undefined;
}

/**
 * Converts a probe that throws without a result into data.
 *
 * @param lack - Returns the reason of a negative result that the kernel version does not explain.
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
