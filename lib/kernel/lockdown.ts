import { readFileSync } from "node:fs";

export type Lockdown = "none" | "integrity" | "confidentiality";

/**
 * Returns the lockdown mode of the running kernel; undefined when securityfs is not mounted, or the kernel was built
 * without lockdown.
 *
 * @since Linux 5.4
 */
export function lockdown(): Lockdown | undefined {
  try {
    return /\[(none|integrity|confidentiality)\]/.exec(
      readFileSync("/sys/kernel/security/lockdown", "utf8"),
    )?.[1] as Lockdown | undefined;
  } catch {
    return undefined;
  }
}
