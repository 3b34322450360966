import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";

/** Files below a folder of the checkout whose names end so, relative to the checkout, sorted; none if it is missing. */
export function filesBelow(folder: string, ...endings: readonly string[]): string[] {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Adds names and contents of files to a hash. A missing file counts as such. */
export function hashFiles(hash: Hash, files: readonly string[]): Hash {
  for (const file of files) {
    const absolute = path.resolve(root, file);
    hash.update(`${file}\0`).update(existsSync(absolute) ? readFileSync(absolute) : "missing");
  }
  return hash;
}

/** Identifies the installed version of a program without running it. */
export function programIdentity(name: string): string {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile()) return `${name} ${stat.size} ${stat.mtimeMs}`;
  }
  throw new Error(`${name} is not installed: run scripts/setup`);
}

export function sha256(): Hash {
  return createHash("sha256");
}
