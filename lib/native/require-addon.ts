import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Loads the addon from a file, or from its content. */
export function requireAddon(addon: string | Uint8Array): unknown {
  if (typeof addon === "string") return open(addon);
  const folder = mkdtempSync(join(tmpdir(), "ebpf-addon-"));
  const file = join(folder, "ebpf.node");
  try {
    writeFileSync(file, addon, { mode: 0o700 });
    return open(file);
  } finally {
    // The loaded code stays mapped.
    rmSync(folder, { recursive: true });
  }
}

// Does not use require(), because bundlers replace it.
function open(file: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports;
}
