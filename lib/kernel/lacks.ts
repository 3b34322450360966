import { kernelConfig } from "./config.ts";
import { needsLinux } from "./version.ts";

/**
 * What the running kernel lacks for a hook, in words; undefined when nothing is known to be missing.
 *
 * @param since - The first Linux that can do it: `6.6`.
 * @param config - What the kernel must be built with: `CONFIG_FPROBE`.
 */
export function kernelLacks(since: string, config: readonly string[]): string | undefined {
  const missing = config.filter((option) => kernelConfig(option) === "n");
  return (
    needsLinux(since) ??
    (missing.length > 0 ? `This kernel is built without ${missing.join(" and ")}` : undefined)
  );
}
