import { type Hook, hooks } from "../hooks/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { kernelVersion } from "../kernel/version.ts";
import type { ProgramType } from "../spec/index.ts";

/**
 * The reason why a kernel that is new enough does not support something.
 *
 * @param what - The subject: `maps of type "xskmap"`.
 * @param config - The CONFIG options that it needs. Those that the kernel was built without are the reason.
 */
export function unsupported(what: string, config: readonly string[] = []): string {
  const missing = config.filter((option) => kernelConfig(option) === "n");
  return missing.length > 0
    ? `This kernel was built without ${missing.join(" and ")}, which ${what} need`
    : `This kernel, ${kernelVersion()}, does not support ${what}`;
}

/** The CONFIG options that every attachment of a program type needs. Programs that are not attached load without theirs. */
export function configOf(type: ProgramType): string[] {
  const rows = Object.values<Hook>(hooks).filter(({ types }) => types.includes(type));
  const [first, ...others] = rows.map(({ config }) => config);
  return (first ?? []).filter((option) => others.every((config) => config.includes(option)));
}
