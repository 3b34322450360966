import { kernelConfig } from "./config.ts";
import { needsLinux } from "./version.ts";

/**
 * Describes what the running kernel lacks for a hook; undefined when nothing is known to be missing.
 *
 * @param since - First Linux version with the hook: `6.6`.
 * @param config - Required build options: `CONFIG_FPROBE`.
 */
export function kernelLacks(since: string, config: readonly string[]): string | undefined {
  const missing = config.filter((option) => kernelConfig(option) === "n");
  return (
    needsLinux(since) ??
    (missing.length > 0 ? `This kernel is built without ${missing.join(" and ")}` : undefined)
  );
}
