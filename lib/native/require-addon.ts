import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Loads the addon from a file, or from the content of one. */
export function requireAddon(addon: string | Uint8Array): unknown {
  if (typeof addon === "string") return createRequire(addon)(addon);
  const folder = mkdtempSync(join(tmpdir(), "ebpf-addon-"));
  const file = join(folder, "ebpf.node");
  try {
    writeFileSync(file, addon, { mode: 0o700 });
    return createRequire(file)(file);
  } finally {
    // The loaded code stays mapped.
    rmSync(folder, { recursive: true });
  }
}
