import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { packageRoot } from "../../../files/package-root.ts";
import { UsageError } from "../../usage-error.ts";

/** A page of the documentation, or a source of an example that pages refer to. */
export interface DocumentedFile {
  /** The path in the repository: `docs/guides/attach.md`. */
  readonly file: string;
  /** A summary of the page. Only pages that are listed have one. */
  readonly about?: string;
  readonly text: string;
}

/** The name of the archive in the package. scripts/build/docs-archive.ts creates it. */
export const archiveName = "docs.json.br";

/** Pages that users of the installed package rarely need. They are in the repository only. */
export const repositoryPages: readonly string[] = [
  "architecture",
  "from-cilium",
  "guide",
  "guide.zh",
  "kernels",
  "reliability",
  "style",
];

/**
 * Reads the documentation of this version.
 *
 * @throws {@link UsageError} in a clone of the repository, which has the pages as files.
 */
export function readDocs(): readonly DocumentedFile[] {
  const archive = join(packageRoot() ?? "", archiveName);
  if (!existsSync(archive))
    throw new UsageError(`${archive} is missing; in a clone of the repository, read docs/README.md`);
  return JSON.parse(brotliDecompressSync(readFileSync(archive)).toString());
}

/** The name of a page for this command: `guides/attach`. */
export function pageName({ file }: DocumentedFile): string {
  return file.replace(/^docs\//, "").replace(/(\/README)?\.md$/, "");
}
