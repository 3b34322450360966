import { readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/**
 * Returns a build option of the running kernel: `"y"`, `"m"`, a number or text as configured, `"n"` when it is not set;
 * undefined when the kernel configuration is not available.
 *
 * @param name - Name of the option, with or without `CONFIG_`.
 */
export function kernelConfig(name: string): string | undefined {
  const text = configText();
  if (text === undefined) return undefined;
  const option = name.replace(/^(CONFIG_)?/, "CONFIG_");
  return new RegExp(`^${option}=(.*)$`, "m").exec(text)?.[1]?.replace(/^"(.*)"$/, "$1") ?? "n";
}

let found: string | undefined;

function configText(): string | undefined {
  if (found !== undefined) return found;
  for (const path of ["/proc/config.gz", `/boot/config-${release()}`, `/lib/modules/${release()}/config`]) {
    try {
      const bytes = readFileSync(path);
      found = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
      return found;
    } catch {
      // Try the next path.
    }
  }
  return undefined;
}
