import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/** Whether the kernel brings its own BTF, which CO-RE, fentry, LSM programs and iterators need: CONFIG_DEBUG_INFO_BTF. */
export function kernelBtf(): boolean {
  return existsSync("/sys/kernel/btf/vmlinux");
}

/** Whether programs are compiled to machine code: always, on most kernels. */
export function jit(): boolean {
  try {
    return readFileSync("/proc/sys/net/core/bpf_jit_enable", "utf8").trim() !== "0";
  } catch {
    // Without the file there is no interpreter to fall back to (CONFIG_BPF_JIT_ALWAYS_ON), or no network at all.
    return existsSync("/proc/sys/net/core");
  }
}

/**
 * An option that the running kernel was built with: `"y"`, `"m"`, a number or text as it stands there, `"n"` when it
 * is not set; undefined when the kernel's configuration cannot be found.
 *
 * @param name - With or without `CONFIG_`.
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
      // The next place.
    }
  }
  return undefined;
}
