import { type EbpfError, NotSupportedError, SystemError } from "../errors/index.ts";
import { sysfsRemedy } from "../kernel/sysfs.ts";
import type { NativeError } from "../native/handle.ts";

/** The error where the kernel shows no PMU of a kind of probe: it has none, or sysfs, which shows it, is not there. */
export function withoutPmu(message: string, cause: NativeError, option: string): EbpfError {
  const { errno } = cause;
  const details = { operation: "attach", errno, cause };
  const hidden = sysfsRemedy();
  return hidden === undefined
    ? new NotSupportedError(message, { ...details, remedy: `This kernel is built without ${option}` })
    : new SystemError(message, { ...details, remedy: hidden });
}
