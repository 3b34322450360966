import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a folder and its missing parents.
 *
 * The `recursive` option of Node never returns for paths in /proc and similar file systems, where folders cannot be
 * created (Node 20 to 24).
 *
 * @throws The error of Node when a folder cannot be created.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process created the folder.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
