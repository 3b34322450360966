import { release } from "node:os";
import { invalidArgument } from "../arguments/index.ts";

/** The running kernel's version and nothing of what a distribution adds: `6.1`. */
export function kernelVersion(): string {
  return release().split(/[.-]/, 2).join(".");
}

/** Whether the running kernel is of that version or newer. Distributions carry features back: better to probe. */
export function kernelAtLeast(version: string): boolean {
  if (typeof version !== "string" || !/^\d+(\.\d+)*$/.test(version))
    throw invalidArgument("version of Linux", 'text such as "6.9"', version);
  const [major = 0, minor = 0] = kernelVersion().split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = version.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** `Needs Linux 6.9, this is 6.1`; undefined where it does not explain anything. */
export function needsLinux(version: string | undefined): string | undefined {
  if (version === undefined || kernelAtLeast(version)) return undefined;
  return `Needs Linux ${version}, this is ${kernelVersion()}`;
}
