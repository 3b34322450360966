import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../files/make-folder.ts";

/** A file to write: its path and contents. */
export interface OutputFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** Whether the file on disk has the contents. */
export function isCurrent({ path, contents }: OutputFile): boolean {
  let onDisk: Buffer;
  try {
    onDisk = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  return onDisk.equals(Buffer.from(contents));
}

/** Writes the file if its contents differ, so that watchers of the file see no unnecessary change. */
export function write(file: OutputFile): "written" | "unchanged" {
  if (isCurrent(file)) return "unchanged";
  makeFolder(dirname(file.path));
  writeFileSync(file.path, file.contents);
  return "written";
}
