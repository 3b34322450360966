import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and its missing parents.
 *
 * The recursive option of Node never returns for paths in /proc and similar file systems, which have folders without
 * support for new ones (Node 20 to 24).
 *
 * @throws The error of Node when a folder cannot be made.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process made it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
