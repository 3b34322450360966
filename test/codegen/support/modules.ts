import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Generated } from "../../../lib/codegen/options.ts";
import { textOf } from "./loaders.ts";

const root = join(import.meta.dirname, "../../..");

/** Has `use` work with a generated module, over the package as it is in this checkout and not as it was last built. */
export async function withModule<M>(loader: Generated, use: (module: M) => Promise<void>): Promise<void> {
  const text = textOf(loader)
    .replace('from "ebpf"', `from "${join(root, "lib/index.ts")}"`)
    .replace('from "ebpf/generated"', `from "${join(root, "lib/codec/generated.ts")}"`);
  const parent = join(root, ".build/test");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "live-"));
  try {
    writeFileSync(join(folder, "loader.ts"), text);
    await use((await import(join(folder, "loader.ts"))) as M);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
