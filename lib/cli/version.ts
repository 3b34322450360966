import { packageVersion } from "../files/package-root.ts";

/** The version of this package. */
export function version(): string {
  return packageVersion() ?? "unknown, since this is a bundle";
}
