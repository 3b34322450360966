import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/**
 * What the running kernel lacks of what a hook needs, in words; undefined when nothing is known to be missing.
 *
 * @param since - The first Linux that can do it: `6.6`.
 * @param config - Options the kernel is to be built with, separated by blanks: `CONFIG_FPROBE`.
 */
export function kernelLacks(since: string, config: string | undefined): string | undefined {
  if (compareVersions(release(), since) < 0) return `Needs Linux ${since}, this is ${release()}`;
  const missing = (config?.split(" ") ?? []).filter((option) => isOff(option));
  if (missing.length > 0) return `This kernel is built without ${missing.join(" and ")}`;
  return undefined;
}

/** Compares the first two numbers of two versions: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [a1 = 0, a2 = 0] = a.split(".").map((part) => Number.parseInt(part, 10));
  const [b1 = 0, b2 = 0] = b.split(".").map((part) => Number.parseInt(part, 10));
  return a1 - b1 || a2 - b2;
}

let config: string | null | undefined;

/** True only when the kernel's configuration can be read and does not have the option. */
function isOff(option: string): boolean {
  config ??= readConfig();
  return config !== null && !new RegExp(`^${option}=[ym]`, "m").test(config);
}

function readConfig(): string | null {
  try {
    if (existsSync("/proc/config.gz")) return gunzipSync(readFileSync("/proc/config.gz")).toString();
    return readFileSync(`/boot/config-${release()}`, "utf8");
  } catch {
    return null;
  }
}
