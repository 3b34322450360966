import { readFileSync } from "node:fs";
import { release } from "node:os";
import { checkText } from "../arguments/index.ts";

/**
 * Returns a build option of the running kernel: `"y"`, `"m"`, a number or text as configured, `"n"` when it is not set;
 * undefined when the kernel configuration is not available.
 *
 * @param name - Name of the option, with or without `CONFIG_`.
 */
export function kernelConfig(name: string): string | undefined {
  checkText(name, "name of kernelConfig");
  const text = configText();
  return text === undefined ? undefined : configValue(text, name);
}

/** Returns a build option from the text of a kernel configuration, as `kernelConfig` does. */
export function configValue(text: string, name: string): string {
  const option = name.replace(/^(CONFIG_)?/, "CONFIG_");
  return new RegExp(`^${option}=(.*)$`, "m").exec(text)?.[1]?.replace(/^"(.*)"$/, "$1") ?? "n";
}

let found: string | undefined;

function configText(): string | undefined {
  if (found !== undefined) return found;
  for (const path of ["/proc/config.gz", `/boot/config-${release()}`, `/lib/modules/${release()}/config`]) {
    try {
      found = readConfigFile(path);
      return found;
    } catch {
      // Try the next path.
    }
  }
  return undefined;
}

/** Reads a kernel configuration, compressed by gzip or not. Throws the error of Node.js or zlib. */
export function readConfigFile(path: string): string {
  const bytes = readFileSync(path);
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isCompressed) return bytes.toString("latin1");
  // Not imported: most programs need no zlib, and every start would load it.
  return process.getBuiltinModule("node:zlib").gunzipSync(bytes).toString("latin1");
}
