import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { prebuiltName } from "../native/find-addon.ts";

/** A file that a bundle needs in its folder. */
export interface AddonFile {
  /** The path relative to the bundle. */
  readonly name: string;
  readonly path: string;
}

/**
 * The addons to copy next to a bundle: the prebuilt ones, and for this machine the one that was compiled here, if any.
 */
export function addonFiles(): AddonFile[] {
  const root = packageRoot();
  if (root === undefined) return [];
  const prebuilds = join(root, "prebuilds");
  const files = existsSync(prebuilds)
    ? readdirSync(prebuilds, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".node"))
        .map((file) => ({ name: `prebuilds/${file}`, path: join(prebuilds, file) }))
    : [];
  const compiled = join(root, "build/Release/ebpf.node");
  if (process.platform !== "linux" || !existsSync(compiled)) return files;
  const own = prebuiltName();
  return [...files.filter(({ name }) => name !== own), { name: own, path: compiled }];
}

/** Whether a module of a bundle is a part of this package. */
export function isOwnModule(path: string): boolean {
  const root = packageRoot();
  return root !== undefined && path.startsWith(join(root, "dist"));
}
