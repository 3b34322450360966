import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleOptions, childFiles } from "./bundle.ts";

const root = join(import.meta.dirname, "../..");
const folders = join(root, ".build/test-children");

/**
 * Bundles the files that tests run in other processes and in workers. A run starts more than a hundred of them, and the
 * loader of TypeScript would take a second of each.
 */
export default async function setup(): Promise<() => void> {
  const folder = join(folders, `${process.pid}`);
  removeOfEndedRuns();
  await build({ ...bundleOptions(folder), entryPoints: childFiles() });
  process.env["EBPF_TEST_CHILDREN"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function removeOfEndedRuns(): void {
  mkdirSync(folders, { recursive: true });
  for (const pid of readdirSync(folders))
    if (!existsSync(`/proc/${pid}`)) rmSync(join(folders, pid), { recursive: true, force: true });
}
