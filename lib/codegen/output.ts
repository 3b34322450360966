import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../files/make-folder.ts";

/** A file to be written: where, and what is to be in it. */
export interface OutputFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** Whether what is on disk is what would be written. */
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

/** Writes the file, unless it is as it should be: whoever watches it is not disturbed for nothing. */
export function write(file: OutputFile): "written" | "unchanged" {
  if (isCurrent(file)) return "unchanged";
  makeFolder(dirname(file.path));
  writeFileSync(file.path, file.contents);
  return "written";
}
