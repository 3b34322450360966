import { kernelConfig } from "../kernel/config.ts";
import { needsLinux } from "../kernel/version.ts";

/**
 * What the running kernel lacks of what a hook needs, in words; undefined when nothing is known to be missing.
 *
 * @param since - The first Linux that can do it: `6.6`.
 * @param config - Options the kernel is to be built with, separated by blanks: `CONFIG_FPROBE`.
 */
export function kernelLacks(since: string, config: string | undefined): string | undefined {
  const missing = (config?.split(" ") ?? []).filter((option) => kernelConfig(option) === "n");
  return (
    needsLinux(since) ??
    (missing.length > 0 ? `This kernel is built without ${missing.join(" and ")}` : undefined)
  );
}
