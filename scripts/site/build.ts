import path from "node:path";
import { build } from "vitepress";
import { reference } from "../build/reference.ts";
import { bring } from "../build/step.ts";
import { root } from "../root.ts";

/** The folder of .vitepress. */
export const source = path.join(root, "docs");

/** The folder of the site. */
export const output = path.join(root, ".build/site");

/** Builds the reference, if lib/ changed, and the site. */
export async function buildSite(base: string, folder: string): Promise<void> {
  if (!/^\/(.*\/)?$/.test(base))
    throw new Error(`base: expected a path that begins and ends with /, received ${base}`);
  await bring([reference]);
  const begin = performance.now();
  await build(source, { base, outDir: folder });
  console.log(
    `site: ${((performance.now() - begin) / 1000).toFixed(1)} s, in ${path.relative(root, folder)}`,
  );
}
