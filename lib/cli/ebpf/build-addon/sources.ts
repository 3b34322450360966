import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { UsageError } from "../../usage-error.ts";

const headers = "native/vendor/include";

/**
 * Unpacks the sources of the addon to a folder.
 *
 * @throws {@link UsageError} when the folder has files, or in a clone of the repository, which has no archive.
 */
export function unpackSources(root: string, folder: string): void {
  const archive = join(root, "native/source.tar.br");
  if (!existsSync(archive))
    throw new UsageError(
      `${root} has no native/source.tar.br; in a clone of the repository, run scripts/setup`,
    );
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new UsageError(`--unpack: ${folder} is not empty`);
  const input = brotliDecompressSync(readFileSync(archive));
  const tar = spawnSync("tar", ["-xf", "-"], { cwd: folder, input, stdio: ["pipe", "inherit", "inherit"] });
  if (tar.error !== undefined) throw tar.error;
  if (tar.status !== 0) throw new UsageError(`tar could not unpack ${archive}`);
  // The archive does not contain the headers that the package has as files.
  cpSync(join(root, headers), join(folder, headers), { recursive: true });
}
