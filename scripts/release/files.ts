import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { withRelease } from "./changelog.ts";

/** A file of the checkout with the text that a release gives it. */
export interface Edit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

interface Manifest {
  version: string;
  repository?: string | { url?: string };
}

interface LockFile {
  version: string;
  packages: Record<string, { version?: string }>;
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

export function manifest(): Manifest {
  return JSON.parse(read("package.json")) as Manifest;
}

/** The versions that package-lock.json has for this package: two, by the format of npm. */
export function lockedVersions(): (string | undefined)[] {
  const lock = JSON.parse(read("package-lock.json")) as LockFile;
  return [lock.version, lock.packages[""]?.version];
}

/** All files in which a release changes something. */
export function editsFor(version: string, date: string): Edit[] {
  const lock = JSON.parse(read("package-lock.json")) as LockFile;
  lock.version = version;
  Object.assign(lock.packages[""] as object, { version });
  const edit = (file: string, change: (before: string) => string): Edit => {
    const before = read(file);
    return { file, before, after: change(before) };
  };
  return [
    edit("package.json", (text) => text.replace(/^( {2}"version": ")[^"]*/m, `$1${version}`)),
    edit("package-lock.json", () => `${JSON.stringify(lock, null, 2)}\n`),
    edit("CHANGELOG.md", (text) => withRelease(text, version, date)),
  ];
}

export function apply(edits: readonly Edit[]): void {
  for (const { file, after } of edits) writeFileSync(path.join(root, file), after);
}

export function revert(edits: readonly Edit[]): void {
  for (const { file, before } of edits) writeFileSync(path.join(root, file), before);
}
