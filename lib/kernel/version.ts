import { release } from "node:os";
import { invalidArgument } from "../arguments/index.ts";

/** Returns the version of the running kernel without the suffix of the distribution: `6.1`. */
export function kernelVersion(): string {
  return release().split(/[.-]/, 2).join(".");
}

/**
 * Returns whether the running kernel has at least the version. Probing is better, since distributions backport
 * features.
 */
export function kernelAtLeast(version: string): boolean {
  if (typeof version !== "string" || !/^\d+(\.\d+)*$/.test(version))
    throw invalidArgument("version of Linux", 'text such as "6.9"', version);
  return isAtLeast(kernelVersion(), version);
}

/** Returns whether a version of Linux is equal to another one or later. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Returns `Needs Linux 6.9, this is 6.1`; undefined when the version is not the reason. */
export function needsLinux(version: string | undefined): string | undefined {
  if (version === undefined || kernelAtLeast(version)) return undefined;
  return `Needs Linux ${version}, this is ${kernelVersion()}`;
}
